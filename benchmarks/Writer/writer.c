// SPDX-License-Identifier: Apache-2.0
// writer PORT: an event stream as plainly as C can have it. Whoever connects is a listener; each line on standard input is one event, which is
// written to all of them, one after another. The anchor of endpoint.py.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

int main(int count, char **words) {
    int clients[1024], connected = 0, on = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(words[1]) : 18632)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 256)) return 1;
    for (;;) {
        struct pollfd wanted[2] = {{.fd = 0, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(wanted, 2, -1) < 0) return 1;
        if (wanted[1].revents & POLLIN && connected < 1024) {
            char request[4096];
            int client = accept(server, NULL, NULL);
            if (client < 0) continue;
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (read(client, request, sizeof request) > 0 && write(client, head, strlen(head)) > 0) clients[connected++] = client;
        }
        if (wanted[0].revents) {
            char line[1024], event[1200];
            ssize_t got = read(0, line, sizeof line);
            if (got <= 0) return 0;
            int length = snprintf(event, sizeof event, "event: job.queued\nid: 1\ndata: %.*s\n\n", (int)got - 1, line);
            for (int i = 0; i < connected; i++)
                if (write(clients[i], event, length) != length) return 1;
        }
    }
}
