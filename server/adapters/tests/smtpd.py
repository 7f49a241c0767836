"""A mail server on loopback for the tests: what it does with a mail is the name before the @ of the receiver.

It prints the port it listens on, and then each mail that it has read to the end, as one line of JSON. With
--certificate and --key it asks for STARTTLS, with --password also for a log-in as "mediap".
"""

import argparse
import asyncio
import json
import logging
import ssl
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

REFUSALS = {
    "later": "451 4.7.1 Greylisted, try again later",
    "refused": "550 5.1.1 No such mailbox",
}
ANSWERS = {
    "busy": "452 4.3.1 No room just now",
    "rejected": "554 5.7.1 This looks like spam",
}
FOR_EVER = 3600


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "stalled-early":
            await asyncio.sleep(FOR_EVER)
        if name in REFUSALS:
            return REFUSALS[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        read = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
            "mail": envelope.content.decode("latin-1"),
        }
        print(json.dumps(read), flush=True)
        if name == "dropped":
            server.transport.abort()
            await asyncio.sleep(FOR_EVER)
        if name == "stalled":
            await asyncio.sleep(FOR_EVER)
        return ANSWERS.get(name, "250 2.0.0 Taken as 42")


def options(arguments):
    if not arguments.certificate:
        return {}
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.certificate, arguments.key)
    found = {"tls_context": context, "require_starttls": True}
    if arguments.password:

        def knows(server, session, envelope, mechanism, data):
            known = (data.login, data.password) == (b"mediap", arguments.password.encode())
            return AuthResult(success=known, handled=False, auth_data=data.login)

        found.update(auth_required=True, authenticator=knows)
    return found


async def main():
    parser = argparse.ArgumentParser()
    for name in ("--certificate", "--key", "--password"):
        parser.add_argument(name)
    settings = options(parser.parse_args())
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), hostname="localhost", loop=loop, **settings), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# Broken conversations are what the tests are about.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
asyncio.run(main())
