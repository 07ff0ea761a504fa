package io.github.jettykeepalive.hostile;

/**
 * One request as a peer puts it on the wire, well formed or not.
 *
 * @param id what its path names it by; no other request has it
 * @param head its bytes up to the end of its header, one character each
 * @param rest the bytes that follow: content, or what passes for it
 * @param fate what may become of it
 * @param last whether nothing that comes after it may be served
 */
record Message(String id, String head, String rest, Fate fate, boolean last) {

    /** What may become of a request. */
    enum Fate {
        /** Well formed: served, if the connection lives so long. */
        SERVED,
        /** Served or refused. */
        EITHER,
        /** Must not reach the application. */
        REFUSED
    }

    static Message good(String id, String head, String content) {
        return new Message(id, head, content, Fate.SERVED, false);
    }

    /** Odd, but no matter how it is read, it ends where it ends. */
    static Message odd(String id, String head, String content) {
        return new Message(id, head, content, Fate.EITHER, false);
    }

    /** Once it was served or refused, where the next one would begin cannot be known. */
    static Message final_(String id, String head, String rest) {
        return new Message(id, head, rest, Fate.EITHER, true);
    }

    static Message bad(String id, String bytes) {
        return new Message(id, bytes, "", Fate.REFUSED, true);
    }

    String bytes() {
        return head + rest;
    }

    /** Whether its answer has no content. */
    boolean isHead() {
        return head.stripLeading().startsWith("HEAD ");
    }

    int length() {
        return head.length() + rest.length();
    }

    /** What is left to hope for when only so many of its bytes are sent. */
    Message cut(int sent) {
        boolean headSent = sent >= head.length();
        // Some heads end earlier for a server that takes a bare LF for the end of a line.
        boolean never = !headSent && !head.contains("\n\n");
        return new Message(
                id,
                head.substring(0, Math.min(sent, head.length())),
                headSent ? rest.substring(0, sent - head.length()) : "",
                never || fate == Fate.REFUSED ? Fate.REFUSED : Fate.EITHER,
                true);
    }
}
