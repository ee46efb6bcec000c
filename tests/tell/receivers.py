"""Receivers for the tests: an SMTP server and an HTTP server on 127.0.0.1, each in a thread, which keep what they got and do as they are told."""
import email
import email.policy
import http.server
import socketserver
import threading


class Receiver:
    """`got`: what came in, in order. `plan`: what the next ones are answered with; empty: all is well."""

    def __init__(self, handler):
        self.got, self.plan, self.lock = [], [], threading.Lock()
        self.reached = threading.Event()  # a message was read whole, and is not answered yet
        self.hold = threading.Event()     # clear: the answer waits
        self.hold.set()
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), handler)
        self.server.daemon_threads, self.server.receiver = True, self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next_answer(self, otherwise):
        with self.lock:
            return self.plan.pop(0) if self.plan else otherwise

    def keep(self, what):
        with self.lock:
            self.got.append(what)
        self.reached.set()
        self.hold.wait(60)

    def close(self):
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs. `plan` holds replies to RCPT TO: '250 ok', '550 no such user', '451 later'."""

    def say(self, line):
        self.wfile.write(line.encode() + b'\r\n')

    def handle(self):
        me = self.server.receiver
        self.say('220 receiver')
        sender, to = None, []
        while line := self.rfile.readline():
            word = line.decode().strip()
            upper = word.upper()
            if upper.startswith(('EHLO', 'HELO')):
                self.say('250 receiver')
            elif upper.startswith('MAIL FROM:'):
                sender, to = word[10:].split()[0], []
                self.say('250 ok')
            elif upper.startswith('RCPT TO:'):
                answer = me.next_answer('250 ok')
                to += [word[8:]] if answer[0] == '2' else []
                self.say(answer)
            elif upper == 'DATA':
                self.say('354 go on')
                data = b''
                while not data.endswith(b'\r\n.\r\n'):
                    more = self.rfile.readline()
                    if not more:
                        return
                    data += more
                message = email.message_from_bytes(data[:-3], policy=email.policy.default)
                me.keep({'from': sender, 'to': to, 'id': message['Message-ID'], 'subject': message['Subject'], 'headers': message,
                         'text': message.get_body().get_content() if message.is_multipart() else message.get_content()})
                self.say('250 taken')
            elif upper == 'QUIT':
                self.say('221 bye')
                return
            else:
                self.say('250 ok')


class Hook(http.server.BaseHTTPRequestHandler):
    """`plan` holds statuses, or (status, headers)."""
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        me = self.server.receiver
        body = self.rfile.read(int(self.headers['Content-Length']))
        me.keep({'path': self.path, 'headers': self.headers, 'body': body, 'id': self.headers['Idempotency-Key']})
        answer = me.next_answer(200)
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass
