"""Looks whether the mail at standard input is signed by the key of the DNS record that is given."""

import sys

import dkim

record = sys.argv[1].encode()
mail = sys.stdin.buffer.read()
asked = []


def look_up(name, timeout=5):
    asked.append(name.decode())
    return record


print("valid" if dkim.verify(mail, dnsfunc=look_up) else "broken", *asked)
