vcl 4.1;

backend jetty {
    .host = "127.0.0.1";
    .port = "{origin}";
}

sub vcl_recv {
    return (pass);
}
