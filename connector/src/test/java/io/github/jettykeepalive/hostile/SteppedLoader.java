package io.github.jettykeepalive.hostile;

import io.github.jettykeepalive.testing.ReloadingLoader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads the classes of one package anew, with an {@link Interleaver#point} before every access to a field that threads share,
 * before every compare-and-set, and before every call of Jetty's {@code FillInterest}.
 */
public final class SteppedLoader extends ReloadingLoader {
    private static final Set<String> CALLS = Set.of(
            "java/lang/invoke/VarHandle",
            "java/util/concurrent/atomic/AtomicBoolean",
            "java/util/concurrent/atomic/AtomicInteger",
            "org/eclipse/jetty/io/FillInterest");

    private final String kernel;
    private final Set<String> fields;

    /**
     * @param packageName whose classes are loaded anew
     * @param kernel the simple name of the one that stands for the kernel
     * @param fields the names of the fields that threads share
     */
    public SteppedLoader(String packageName, String kernel, Set<String> fields) {
        super(packageName + ".");
        this.kernel = prefix + kernel;
        this.fields = fields;
    }

    @Override
    protected byte[] code(String name, InputStream file) throws IOException {
        var writer = new ClassWriter(0);
        new ClassReader(file).accept(new Stepped(writer, name.equals(kernel)), 0);
        return writer.toByteArray();
    }

    private final class Stepped extends ClassVisitor {
        private final boolean kernel;

        Stepped(ClassVisitor next, boolean kernel) {
            super(Opcodes.ASM9, next);
            this.kernel = kernel;
        }

        /** What the kernel does is one step: who stopped within would hold a monitor that the other one waits for. */
        private boolean isAtomic(int access) {
            return kernel && (access & Opcodes.ACC_SYNCHRONIZED) != 0;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return name.startsWith("<") ? next : new Steps(next, isAtomic(access));
        }
    }

    private final class Steps extends MethodVisitor {
        private final boolean atomic;

        Steps(MethodVisitor next, boolean atomic) {
            super(Opcodes.ASM9, next);
            this.atomic = atomic;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (atomic) {
                call("enter");
            }
        }

        @Override
        public void visitInsn(int opcode) {
            if (atomic && ((opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) || opcode == Opcodes.ATHROW)) {
                call("leave");
            }
            super.visitInsn(opcode);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (owner.startsWith(prefix.replace('.', '/')) && fields.contains(name)) {
                point();
            }
            super.visitFieldInsn(opcode, owner, name, descriptor);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (CALLS.contains(owner)) {
                point();
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        private void point() {
            call("point");
        }

        private void call(String name) {
            String interleaver = Interleaver.class.getName().replace('.', '/');
            super.visitMethodInsn(Opcodes.INVOKESTATIC, interleaver, name, "()V", false);
        }
    }
}
