package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request with content that takes note of what the application does with it. It changes nothing: the application
 * reads from the container's own stream and reader, and parameters and parts are the container's.
 *
 * <p>An asynchronous cycle that the application starts with this request and its {@link HeldResponse} gets the
 * container's own pair in their place, because from then on neither has a task.
 *
 * <p>As any request, used by one thread at a time.
 */
final class UploadRequest extends HttpServletRequestWrapper {
    private static final String MULTIPART = "multipart/form-data";

    /** What Jetty has made of the content of a form, if it has looked at it. */
    private static final String JETTY_FORM = "org.eclipse.jetty.server.FormFields";

    /** How Jetty parses parts for this servlet, if it does. */
    private static final String JETTY_MULTIPART = "org.eclipse.jetty.multipartConfig";

    private final boolean tomcat;
    private final HeldResponse response;
    private @Nullable CountingInput input;
    private boolean touched;
    private boolean formRead;
    private boolean partsTried;

    UploadRequest(HttpServletRequest request, HttpServletResponse response) {
        super(request);
        this.tomcat = Tomcat.serves(request);
        this.response = new HeldResponse(response, this, tomcat);
    }

    /** Whether the request has content at all (RFC 9112 section 6.3). */
    static boolean hasContent(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    HeldResponse response() {
        return response;
    }

    /**
     * Whether content may still come, as far as can be told without touching it: to open the stream would keep the
     * container from parsing a form.
     */
    boolean mayHaveUnread() {
        CountingInput opened = input;
        return !formRead && !isClosedByParts() && (opened == null || !(isRead(opened) || isClosed(opened)));
    }

    /** Tomcat fails all reads from a stream that was closed, and then sends no response any more. */
    private boolean isClosed(CountingInput opened) {
        return tomcat && opened.isClosed();
    }

    /**
     * Tomcat closes the stream when it gives up in the middle of the parts, whoever asked for them, and leaves it alone when
     * it does not begin, as for a servlet without a multipart configuration. How it reports that differs by version.
     */
    private boolean isClosedByParts() {
        return tomcat && partsTried && Tomcat.mayHaveClosedContent(super.getRequest());
    }

    /** Whether the container has read the content for the application, as a form, without a stream. */
    private boolean isReadUnopened() {
        return tomcat && Tomcat.hasReadContent(super.getRequest());
    }

    private boolean isRead(CountingInput opened) {
        return opened.isFinished() || opened.count() == getContentLengthLong();
    }

    /**
     * The content, if some of it may still come and can be read. To be asked when the application is done with it.
     *
     * @return null if it has been read, or has come and need not be; if the application took the reader, next to which a container gives no stream;
     *     or if the client still waits to be asked for it
     */
    @Nullable
    CountingInput unread() throws IOException {
        if (!mayHaveUnread() || isUnasked()) {
            return null;
        }
        try {
            CountingInput opened = input;
            if (opened == null ? isReadUnopened() : hasCome(opened)) {
                return null;
            }
            CountingInput content = content();
            return isRead(content) ? null : content;
        } catch (IllegalStateException readerTaken) {
            return null;
        }
    }

    /**
     * Whether Tomcat has all of the content in the buffer that the application read a part of. Then there is nothing to
     * wait for, and nothing that could be waited for: Tomcat tells the listener that all is read when the filters have
     * returned, and looks for an error that is sent then no more, so that its page would be empty. Of content that the
     * application has not looked for Tomcat has not begun to count the bytes, and tells the listener later.
     */
    private boolean hasCome(CountingInput content) throws IOException {
        long length = getContentLengthLong();
        return tomcat && length >= 0 && content.count() + content.available() >= length;
    }

    /**
     * Whether the client waits for a {@code 100 Continue} that the container has not sent (RFC 9110 section 10.1.1).
     * Jetty sends it when the application first asks for the content, Tomcat before it calls the application unless its
     * configuration says otherwise.
     */
    private boolean isUnasked() {
        return tomcat
                ? Tomcat.hasStillToAsk(super.getRequest())
                : !touched && "100-continue".equalsIgnoreCase(getHeader("Expect"));
    }

    private CountingInput content() throws IOException {
        ServletInputStream container = super.getInputStream();
        CountingInput opened = input;
        if (opened == null || !opened.counts(container)) {
            opened = new CountingInput(container);
            input = opened;
        }
        return opened;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        touched = true;
        return content();
    }

    @Override
    public BufferedReader getReader() throws IOException {
        touched = true;
        return super.getReader();
    }

    @Override
    public @Nullable String getParameter(String name) {
        return parsing(() -> super.getParameter(name));
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        return parsing(() -> super.getParameterValues(name));
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return parsing(super::getParameterMap);
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return parsing(super::getParameterNames);
    }

    /** Calls for parameters, and finds out whether the container has looked for them in the content. */
    private <T extends @Nullable Object> T parsing(Supplier<T> parameters) {
        partsTried |= isOfType(MULTIPART);
        try {
            T result = parameters.get();
            observe();
            return result;
        } catch (RuntimeException e) {
            touched |= isForm();
            throw e;
        }
    }

    /**
     * A container looks for parameters in the content only if its configuration says so: for a method, for a servlet,
     * or at all. Jetty has read the content to its end then, and leaves a trace. Tomcat's stream knows.
     */
    private void observe() {
        if (!tomcat) {
            boolean parsed = parsesParts() || (isForm() && super.getAttribute(JETTY_FORM) != null);
            formRead |= parsed;
            touched |= parsed;
        }
    }

    /** Whether Jetty looks for parts at all. */
    private boolean parsesParts() {
        return isOfType(MULTIPART) && super.getAttribute(JETTY_MULTIPART) != null;
    }

    @Override
    public Collection<Part> getParts() throws IOException, ServletException {
        tryParts();
        Collection<Part> parts = super.getParts();
        formRead |= !tomcat;
        return parts;
    }

    @Override
    public @Nullable Part getPart(String name) throws IOException, ServletException {
        tryParts();
        Part part = super.getPart(name);
        formRead |= !tomcat;
        return part;
    }

    private void tryParts() {
        partsTried = true;
        touched |= parsesParts();
    }

    private boolean isForm() {
        return isOfType("application/x-www-form-urlencoded") || isOfType(MULTIPART);
    }

    private boolean isOfType(String expected) {
        String type = getContentType();
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(expected);
    }

    @Override
    public AsyncContext startAsync() {
        settle();
        return super.startAsync();
    }

    @Override
    public AsyncContext startAsync(ServletRequest asyncRequest, ServletResponse asyncResponse) {
        settle();
        return super.startAsync(
                asyncRequest == this ? getRequest() : asyncRequest,
                asyncResponse == response ? response.container() : asyncResponse);
    }

    /** Jetty's dispatchers go around this wrapper and its response: they shall find both as the application left them. */
    @Override
    public ServletRequest getRequest() {
        if (!tomcat && response.state() == HeldResponse.State.HELD) {
            settle();
        }
        return super.getRequest();
    }

    /** This is how Jetty's dispatchers look for its request before they try {@link #getRequest}. */
    @Override
    public @Nullable Object getAttribute(String name) {
        if (!tomcat
                && response.state() == HeldResponse.State.HELD
                && name != null
                && name.endsWith(".ServletChannel")) {
            settle();
        }
        return super.getAttribute(name);
    }

    /** An error or a close that is held has closed the response, and with it everything that a request can do to it. */
    private void settleIfHeld() {
        if (response.state() == HeldResponse.State.HELD) {
            settle();
        }
    }

    @Override
    public HttpSession getSession() {
        return getSession(true);
    }

    @Override
    public HttpSession getSession(boolean create) {
        if (create && super.getSession(false) == null) {
            settleIfHeld();
        }
        return super.getSession(create);
    }

    @Override
    public String changeSessionId() {
        settleIfHeld();
        return super.changeSessionId();
    }

    @Override
    public boolean authenticate(HttpServletResponse challenged) throws IOException, ServletException {
        settleIfHeld();
        return super.authenticate(challenged);
    }

    @Override
    public void login(String user, String password) throws ServletException {
        settleIfHeld();
        super.login(user, password);
    }

    @Override
    public void logout() throws ServletException {
        settleIfHeld();
        super.logout();
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws IOException, ServletException {
        settleIfHeld();
        return super.upgrade(handler);
    }

    private void settle() {
        try {
            response.settle();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
