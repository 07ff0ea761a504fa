[description]
Manages HTTP/1.x connections: keep-alive limits, lingering close, limits per client, drain.
It applies to every connector that speaks HTTP/1.1, whichever module adds it; limits count for each connector.

[tags]
connector
http

[depend]
server

[lib]
lib/keep-alive/*.jar

[xml]
etc/jetty-keep-alive.xml

[ini-template]
### Connection Management Configuration

## Requests on a connection; exactly so many are served, the last one answered with close (0 = no limit).
# jetty.keepAlive.maxRequests=1000

## How long a connection may wait for the next request, in milliseconds (-1 = the connector's idle timeout, 0 = not at all).
# jetty.keepAlive.keepAliveTimeout=-1

## Who gets a Keep-Alive field: ON_REQUEST (whoever sent keep-alive), ALWAYS or NEVER.
# jetty.keepAlive.keepAliveHeader=ON_REQUEST

## By how much the announced timeout is shorter than the enforced one, in milliseconds; less than a second is not announced.
## Unless it is set, it gives way to a shorter keepAliveTimeout.
# jetty.keepAlive.advertiseMargin=1000

## Whether a request's own Keep-Alive field may tighten the limits.
# jetty.keepAlive.honorClientKeepAlive=true

## How old a connection may become, in milliseconds; it closes with its next response (0 = no limit).
# jetty.keepAlive.maxAge=0

## By how much each connection's own maximum age is shortened at random, in percent.
# jetty.keepAlive.maxAgeJitter=10

## From a request's first byte to the end of its header, in milliseconds; then 408 and close (0 = no limit).
# jetty.keepAlive.requestHeaderTimeout=60000

## Whether to half close, then read and discard until the client closes, so that no reset destroys the response.
# jetty.keepAlive.lingeringClose=true

## How long a connection may linger in all, in milliseconds.
## Unless it is set, it gives way to a longer lingerIdleTimeout or clientClosesFirst.
# jetty.keepAlive.lingerTimeout=30000

## How long a lingering connection may be silent, in milliseconds.
## Unless it is set, it gives way to a shorter lingerTimeout and to a shorter idle timeout of the connector.
# jetty.keepAlive.lingerIdleTimeout=5000

## How much is discarded from a lingering connection, in bytes (0 = no bound).
# jetty.keepAlive.lingerMaxBytes=0

## How much all of a connector may discard together, in bytes a second (0 = no bound).
# jetty.keepAlive.lingerMaxRate=134217728

## Connections that may linger at once; beyond it the oldest is reset.
# jetty.keepAlive.maxLingering=10000

## Whether a failed response whose end only a close could mark is reset, so that it cannot look complete.
# jetty.keepAlive.abortWithReset=true

## Whether HTTP/1.0 clients that ask for keep-alive get it.
# jetty.keepAlive.http10KeepAlive=true

## Whether HTTP/1.0 requests that came through a relay (Via, Proxy-Connection) are refused keep-alive.
# jetty.keepAlive.http10RelayGuard=true

## Whether HTTP/1.0 clients are answered with an HTTP/1.0 status line.
# jetty.keepAlive.http10StatusLine=false

## Rules by User-Agent, as httpd's BrowserMatch: "regex" actions; "regex" actions. The word httpd adds the rules httpd ships.
## Actions: NO_KEEP_ALIVE, DOWNGRADE_1_0, FORCE_RESPONSE_1_0. A double quote in a regex is written twice.
## Example: httpd; "OldBot/1\." NO_KEEP_ALIVE
# jetty.keepAlive.clientRules=

## Statuses that always end the connection, separated by commas. Example: 413,503
# jetty.keepAlive.closeOnStatus=

## Open connections per client network, idle ones included (0 = no limit).
# jetty.keepAlive.maxConnectionsPerClient=0

## Bits of an IPv4 address that make a client network.
# jetty.keepAlive.clientPrefix4=32

## Bits of an IPv6 address that make a client network.
# jetty.keepAlive.clientPrefix6=64

## Client networks that are never limited, separated by commas. Example: 10.0.0.0/8,192.168.1.7
# jetty.keepAlive.clientExempt=

## Open connections of a connector beyond which its oldest idle ones are closed, never a busy one (0 = no limit).
# jetty.keepAlive.maxConnections=0

## How long to wait for the client to close before closing, in milliseconds, which leaves TIME_WAIT with the client (0 = not at all).
# jetty.keepAlive.clientClosesFirst=0
