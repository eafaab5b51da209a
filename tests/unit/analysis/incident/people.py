"""Made-up people and secrets with right check digits, and sentences that mention them, in six languages."""

import random
import string
from collections.abc import Callable

_FIRST = "Anna Jürgen Zoë Łukasz Chloé Íñigo Giulia Pieter Małgorzata Aoife Søren Renée Tomás Bettina Marco"
_LAST = "Müller O'Brien García Nowak Dubois Rossi Jansen Lindqvist Sørensen Fernández Kowalska Weiß Bianchi"
FIRST, LAST = _FIRST.split(), _LAST.split()
SENTENCES = {
    "en": ["{} is what I was given.", "Please use {}, thanks", "The log says {} twice", "({})", "call me: {}"],
    "de": ["Bitte {} prüfen.", "Im Protokoll steht {}", "Der Kunde nannte {}, danke", "„{}“ war es"],
    "fr": ["Voici {} pour la suite.", "Le client a donné {}", "merci d'utiliser {} !", "« {} »"],
    "es": ["Le paso {} por si acaso.", "El registro dice {}", "¿Es {}?", "use {}, gracias"],
    "it": ["Ecco {} come richiesto.", "Nel log compare {}", "il dato è {}", "usare {} per favore"],
    "nl": ["Hier is {} nogmaals.", "In het log staat {}", "gebruik {} graag", "de waarde: {}"],
}
GREETINGS = {
    "en": "Hi {}, it works again", "de": "Sehr geehrter Herr {}, es geht wieder", "fr": "Bonjour {}, merci",
    "es": "Hola {}, gracias", "it": "Gentile Sig. {}, grazie", "nl": "Beste {}, bedankt",
}  # fmt: skip
LABELS = {
    "account": {
        "en": "account number {}", "de": "Kontonummer: {}", "fr": "compte {}", "es": "cuenta nº {}",
        "it": "conto {}", "nl": "rekeningnummer {}",
    },
    "secret": {
        "en": "password: {}", "de": "Kennwort ist {}", "fr": "mot de passe : {}", "es": "contraseña: {}",
        "it": "password: {}", "nl": "wachtwoord: {}",
    },
}  # fmt: skip


def person(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def mail(chance: random.Random) -> str:
    box = "".join(chance.choices(string.ascii_lowercase + "0123456789", k=6))
    host = chance.choice(["example.org", "mail.example.co.uk", "bücher.example", "sub-domain.example.com"])
    return chance.choice([f"{box}@{host}", f"{box}.{box[:3]}+tag@{host}", f"{box.title()} [at] example [dot] org"])


def phone(chance: random.Random) -> str:
    def some(count: int) -> str:
        return "".join(chance.choices("123456789", k=count))

    shapes = [
        f"+49 {some(3)} {some(7)}", f"+44 20 {some(4)} {some(4)}", f"({some(3)}) {some(3)}-{some(4)}",
        f"+33 {some(1)} {some(2)} {some(2)} {some(2)} {some(2)}", f"0{some(3)}/{some(7)}", f"+31-6-{some(8)}",
        f"0034 {some(3)} {some(3)} {some(3)}", f"+1{some(10)}", f"{some(3)}-{some(3)}-{some(4)}",
        f"+39 {some(3)} {some(7)}", f"06\u202f{some(2)}\u202f{some(2)}\u202f{some(2)}\u202f{some(2)}",
    ]  # fmt: skip
    return chance.choice(shapes)


def card(chance: random.Random) -> str:
    digits = [int(char) for char in chance.choice(["4", "51", "37", "6011"])]
    digits += [chance.randrange(10) for _ in range((14 if digits[0] == 3 else 15) - len(digits))]
    total = sum(digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(reversed(digits)))
    text = "".join(map(str, [*digits, -total % 10]))
    return chance.choice(
        [text, " ".join(text[n : n + 4] for n in range(0, len(text), 4)), "-".join([text[:4], text[4:]])]
    )


def iban(chance: random.Random) -> str:
    country, length = chance.choice([("DE", 18), ("NL", 14), ("FR", 23), ("ES", 20), ("IT", 23), ("GB", 18)])
    body = "".join(chance.choices("0123456789", k=length))
    if country in ("NL", "GB"):
        body = "".join(chance.choices(string.ascii_uppercase, k=4)) + body[4:]
    number = int("".join(str(int(char, 36)) for char in f"{body}{country}00"))
    text = f"{country}{98 - number % 97:02}{body}"
    return chance.choice([text, " ".join(text[n : n + 4] for n in range(0, len(text), 4))])


def account(chance: random.Random) -> str:
    return "".join(chance.choices("0123456789", k=chance.randint(6, 12)))


def address(chance: random.Random) -> str:
    octets = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    groups = ":".join(f"{chance.randrange(65536):x}" for _ in range(8))
    mac = ":".join(f"{chance.randrange(256):02x}" for _ in range(6))
    return chance.choice([octets, groups, f"2001:db8::{chance.randrange(1, 65536):x}", mac])


def token(chance: random.Random) -> str:
    def some(count: int) -> str:
        return "aZ9" + "".join(chance.choices(string.ascii_letters + string.digits, k=count))

    return chance.choice(
        [f"ghp_{some(36)}", f"xoxb-{some(30)}", f"AKIA{''.join(chance.choices(string.ascii_uppercase, k=16))}",
         f"eyJ{some(20)}.{some(30)}.{some(20)}", f"Bearer {some(24)}", some(37), f"{chance.getrandbits(128):032x}"]
    )  # fmt: skip


def password(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits + "!$%&*#?", k=chance.randint(6, 16)))


def key(chance: random.Random) -> str:
    body = "\n".join("".join(chance.choices(string.ascii_letters + "+/", k=64)) for _ in range(6))
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"


def identity(chance: random.Random) -> str:
    digits = f"{chance.randrange(10**8):08}"
    dni = digits + "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]
    nir = f"{chance.choice('12')}{chance.randrange(10**12):012}"
    return chance.choice(
        [
            dni,
            f"{nir}{97 - int(nir) % 97:02}",
            f"{chance.randint(100, 899)}-{chance.randint(10, 99)}-{chance.randint(1000, 9999)}",
        ]
    )


PLAIN: dict[str, Callable[[random.Random], str]] = {
    "mail": mail, "phone": phone, "card": card, "iban": iban, "address": address, "token": token, "key": key,
    "identity": identity,
}  # fmt: skip


def mentioned(kind: str, language: str, chance: random.Random) -> tuple[str, str]:
    """(a text, what must not be left of it)."""
    if kind in PLAIN:
        value = PLAIN[kind](chance)
        text = chance.choice(SENTENCES[language]).format(value)
        return text, value.removeprefix("Bearer ")
    if kind == "greeting":
        value = person(chance)
        return GREETINGS[language].format(value), value
    value = account(chance) if kind == "account" else password(chance)
    return LABELS[kind][language].format(value), value


KINDS = (*PLAIN, "greeting", "account", "secret")
