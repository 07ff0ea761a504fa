package io.github.jettykeepalive.enforce;

import java.util.ListIterator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * The fields of a response for Jetty's generator, which asks for each by its number. Jetty's own view of them walks there from
 * the first, with a new iterator; this one knows its way. Like that view, it is not copied once it is committed.
 */
final class CommittedFields implements HttpFields {
    private final HttpFields.Mutable fields;
    private final BeforeReading owner;

    /** Whoever has the last word on the fields, on the thread that is about to write them. */
    @FunctionalInterface
    interface BeforeReading {
        void aboutToBeRead();
    }

    CommittedFields(HttpFields.Mutable fields, BeforeReading owner) {
        this.fields = fields;
        this.owner = owner;
    }

    @Override
    public HttpField getField(int index) {
        return fields.getField(index);
    }

    @Override
    public int size() {
        owner.aboutToBeRead();
        return fields.size();
    }

    @Override
    public ListIterator<HttpField> listIterator(int index) {
        return fields.listIterator(index);
    }

    @Override
    public HttpFields asImmutable() {
        return this;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
