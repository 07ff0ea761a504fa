package io.github.jettykeepalive.oracle;

/** A place in the story: something that the client does, or that the handler of one of its requests does. */
sealed interface Turn {
    /** Who acts; each actor's turns come one after the other. */
    String actor();

    /** Whether it may wait for what the others have yet to do. */
    boolean mayWait();

    record OfClient(Act act) implements Turn {
        static final String CLIENT = "client";

        /** What every socket takes. */
        private static final int SMALL = 4096;

        @Override
        public String actor() {
            return CLIENT;
        }

        @Override
        public boolean mayWait() {
            return !(act instanceof Act.Send send) || send.size() > SMALL;
        }
    }

    /**
     * @param exchange the number of the request on its connection, from 0
     * @param aside whether a second thread of the application does it, beside the one that was given the request
     */
    record OfHandler(int exchange, boolean aside, Step step) implements Turn {
        @Override
        public String actor() {
            return actor(exchange, aside);
        }

        @Override
        public boolean mayWait() {
            return step.mayWait();
        }

        static String actor(int exchange, boolean aside) {
            return "x" + exchange + (aside ? ".aside" : ".main");
        }
    }
}
