package io.github.jettykeepalive.hostile;

import io.github.jettykeepalive.hostile.Answers.Answer;
import io.github.jettykeepalive.hostile.Message.Fate;
import io.github.jettykeepalive.testing.End;
import java.util.List;

/** What must be true of a conversation, whatever was said. Each rule throws with its own words. */
final class Verdicts {
    private final Settings settings;
    private final Witness witness;
    private final Conversation conversation;
    private final Conversation.Seen seen;
    private final boolean plain;

    Verdicts(Settings settings, Witness witness, Conversation conversation, Conversation.Seen seen, boolean plain) {
        this.settings = settings;
        this.witness = witness;
        this.conversation = conversation;
        this.seen = seen;
        this.plain = plain;
    }

    void check() {
        servedInOrderAndOnce();
        if (conversation.ending.reads()) {
            check(seen.rest().end() != End.TIMEOUT, "the connection never ends");
            List<Answer> answers = Answers.parse(seen.rest().text(), this::answersHead);
            answeredInOrder(answers);
            if (plain) {
                nothingForgotten(answers);
                nothingLost();
            }
        }
    }

    /** No request out of content, none twice, none after one that nobody can tell the end of, none beyond the limit. */
    private void servedInOrderAndOnce() {
        boolean over = false;
        int served = 0;
        for (Message message : conversation.messages) {
            int times = witness.served(message.id());
            check(times <= 1, message.id() + " was served " + times + " times");
            check(times == 0 || message.fate() != Fate.REFUSED, message.id() + " was served");
            check(times == 0 || !over, message.id() + " was served after the end");
            // An odd one may be refused for what it asks, with its end known.
            over |= message.last() || (times == 0 && message.fate() != Fate.EITHER);
            served += times;
        }
        int most = settings.maxRequests();
        check(most == 0 || served <= most, served + " requests were served, " + most + " are allowed");
    }

    private boolean answersHead(int index) {
        List<Message> messages = conversation.messages;
        return index < messages.size() && messages.get(index).isHead();
    }

    private void answeredInOrder(List<Answer> answers) {
        List<Message> messages = conversation.messages;
        // What follows the last one may be refused on its own.
        boolean trailing = messages.stream().anyMatch(Message::last);
        check(answers.size() <= messages.size() + (trailing ? 1 : 0), "more answers than requests: " + answers);
        boolean over = false;
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            check(i == answers.size() - 1 || (answer.complete() && !answer.close()), "not the last: " + answer);
            check(!(answer.close() && answer.kept()), "kept and closed: " + answer);
            Message message = i < messages.size() ? messages.get(i) : null;
            if (message != null && witness.served(message.id()) == 1) {
                check(!over, "answered after the end: " + answer);
                served(answer, message);
            } else {
                refused(answer, message, over);
            }
            over |= message == null || message.last();
        }
    }

    private void served(Answer answer, Message message) {
        if (answer.id() != null) {
            check(answer.id().equals(message.id()), "answer to another request: " + answer);
        } else {
            boolean mayFail = message.last()
                    || isBreaking(message)
                    || conversation.isPatient(seen)
                    || isMistaken(answer, message);
            check(mayFail && answer.status() >= 400, "the application's answer is gone: " + answer);
        }
    }

    /** Stock Jetty may have taken the late callback of an exchange before for that of this one: see {@link StockErrorsTest}. */
    private boolean isMistaken(Answer answer, Message message) {
        List<Message> before = conversation.messages.subList(0, conversation.messages.indexOf(message));
        return answer.status() == 500
                && before.stream()
                        .anyMatch(earlier -> earlier.head().contains("/async ")
                                || !earlier.rest().isEmpty());
    }

    private void refused(Answer answer, Message message, boolean over) {
        check(answer.id() == null && answer.status() >= 400, "an answer that nobody gave: " + answer);
        boolean harmless = message != null && message.fate() == Fate.EITHER && !message.last();
        check(answer.close() || harmless, "refused, and says no close: " + answer);
        boolean forOthers = answer.status() == 503 && settings.isTight();
        boolean forTime = answer.status() == 408 && conversation.isPatient(seen);
        boolean fair = over || message == null || message.fate() != Fate.SERVED;
        check(fair || forOthers || forTime, "well formed, but refused: " + answer);
    }

    /** A server that has not said close has not closed, while there was something to serve. */
    private void nothingForgotten(List<Answer> answers) {
        int count = answers.size();
        boolean toldSo = count > 0
                && (answers.get(count - 1).close() || !answers.get(count - 1).complete());
        List<Message> messages = conversation.messages;
        boolean due = count < messages.size()
                && messages.get(count).fate() == Fate.SERVED
                && messages.subList(0, count).stream().noneMatch(Message::last);
        boolean excused =
                toldSo || settings.isTight() || conversation.isPatient(seen) || brokeOff() || leftContent(count);
        check(!due || excused, "no answer and no reason: " + count + " answers");
    }

    /** A peer that says what it likes and then leaves in order is not reset. */
    private void nothingLost() {
        boolean excused = !settings.lingersWell() || conversation.isPatient(seen) || brokeOff();
        check(excused || conversation.endedIn(seen, End.FIN), "reset");
    }

    private boolean brokeOff() {
        return conversation.messages.stream()
                .anyMatch(message -> witness.served(message.id()) == 1 && isBreaking(message));
    }

    /**
     * The last response was begun, not in one piece, before its request was read: nobody could know then that the application
     * would not read it, and a FIN is all that can be said afterwards.
     */
    private boolean leftContent(int answers) {
        Message last = answers == 0 ? null : conversation.messages.get(answers - 1);
        return last != null && !last.rest().isEmpty() && last.head().contains("/stream ");
    }

    private static boolean isBreaking(Message message) {
        return Witness.BREAKING.stream().anyMatch(mode -> message.head().contains("/" + mode));
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise + "\n" + seen + "\n" + conversation);
        }
    }
}
