package io.github.jettykeepalive.oracle;

/** One thing that an application does with a request. */
sealed interface Step permits CoreStep, ServletStep, Step.OfAttribute {
    /** Whether it may wait for what the client has yet to do. */
    boolean mayWait();

    /** Whether that is because the client does not read: how much the sockets between them take is chance. */
    boolean writes();

    /** Whether the response is complete with it. */
    boolean completes();

    /** Sets one of this connector's request attributes. */
    non-sealed interface OfAttribute extends Step {
        String name();

        Object value();

        /** Whether it sets this one to this value. */
        default boolean sets(String attribute, Object to) {
            return name().equals(attribute) && value().equals(to);
        }
    }
}
