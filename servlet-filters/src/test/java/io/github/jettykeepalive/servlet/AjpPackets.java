package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What a server in front sends to Tomcat by AJP 1.3. */
final class AjpPackets {
    private static final int TO_CONTAINER = 0x1234;
    private static final int FORWARD_REQUEST = 2;
    private static final int POST = 4;
    private static final int HOST = 0xA00B;
    private static final int CONTENT_LENGTH = 0xA008;
    private static final int END = 0xFF;

    private AjpPackets() {}

    static byte[] post(String path, int contentLength) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(FORWARD_REQUEST);
        out.writeByte(POST);
        for (String text : new String[] {"HTTP/1.1", path, "127.0.0.1", "localhost", "localhost"}) {
            writeText(out, text);
        }
        out.writeShort(80);
        out.writeBoolean(false);
        out.writeShort(2);
        out.writeShort(HOST);
        writeText(out, "localhost");
        out.writeShort(CONTENT_LENGTH);
        writeText(out, Integer.toString(contentLength));
        out.writeByte(END);
        return packet(bytes.toByteArray());
    }

    static byte[] content(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeShort(content.length);
        out.write(content);
        return packet(bytes.toByteArray());
    }

    private static byte[] packet(byte[] payload) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeShort(TO_CONTAINER);
        out.writeShort(payload.length);
        out.write(payload);
        return bytes.toByteArray();
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeShort(text.length());
        out.write(text.getBytes(US_ASCII));
        out.writeByte(0);
    }
}
