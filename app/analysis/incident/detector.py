"""What in free text is personal or secret: patterns with check digits, as a table. A second net behind the fields.

Looks at text alone; knows no row and no profile. It rather masks too much: a reader can ask for a number that is
missing, nobody can take one back.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.analysis.incident import check_digit

EMAIL: Final = "e-mail"
PHONE: Final = "phone"
CARD: Final = "card"
ACCOUNT: Final = "account"
IDENTITY: Final = "identity"
SECRET: Final = "secret"  # noqa: S105 - the name of a kind
ADDRESS: Final = "ip"
PERSON: Final = "person"

_SEPARATORS: Final = r"[\s.\-/\u2010-\u2015]"
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_DIGIT: Final = re.compile(r"\d")
_MAIL_SIGN: Final = re.compile(r"[@＠\[({]")
_OF_DIGITS: Final = frozenset({PHONE, CARD, ACCOUNT, IDENTITY})
_DATES: Final = re.compile(
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?:[T ]\d{1,2}[:.]?\d{0,2})?"
)
_FRACTIONS: Final = re.compile(r"\d{1,3}\.\d{1,3}(?:\s+\d{1,3}\.\d{1,3})*")
_TITLES: Final = (
    "Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sra|Sr|Don|Doña|Signora?|Sig|Dott|"
    "Dhr|Mevr|Meneer|Mevrouw|Pani?|Panu|Senhora?"
)
_GREETINGS: Final = (
    "Hi|Hello|Hey|Dear|Thanks|Regards|Hallo|Liebe[r]?|Moin|Servus|Gruß|Grüße|Bonjour|Salut|Cher|Chère|Cordialement|"
    "Hola|Querid[oa]|Estimad[oa]|Saludos|Ciao|Car[oa]|Gentile|Saluti|Beste|Geachte|Groeten|Cześć|Drogi|Droga|"
    "Pozdrawiam|Olá|Car[oa]|Prezad[oa]"
)
_SAYS: Final = (
    "[Mm]y name is|[Ii] am called|[Ii]ch (?:heiße|bin)|[Mm]ein Name ist|[Jj]e m['’]appelle|[Mm]on nom est|"
    "[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo|[Mm]ijn naam is|[Ii]k (?:heet|ben)|[Nn]azywam się|[Mm]am na imię|"
    "[Mm]eu nome é|(?:[Rr]eported|[Cc]alled|[Rr]equested|[Aa]sked|[Ss]igned|[Cc]onfirmed) by|[Gg]emeldet von|"
    "[Ss]ignalé par|[Nn]otificado por|[Ss]egnalato da|[Gg]emeld door|[Zz]głoszone przez|[Cc]ontact(?: person)?:|"
    "[Aa]nsprechpartner(?:in)?:|(?:[Cc]aller|[Uu]ser|[Cc]ustomer|[Kk]unde|[Cc]lient|[Cc]liente|[Kk]lant|[Kk]lient|"
    "[Nn]ame|[Nn]om|[Nn]ombre|[Nn]ome|[Nn]aam|[Nn]azwisko)\\s{0,5}[:=]"
)
_WORD: Final = r"[^\W\d_a-zß-öø-ÿ][\w'’\-]*\.?"
_NAME: Final = (
    rf"{_WORD}(?:[ \u00a0](?:(?:von|van|de|der|den|di|da|del|la|le|el|dos|zu)[ \u00a0]){{0,2}}{_WORD}){{0,3}}"
)
_KEY_WORDS: Final = (
    r"pass(?:word|wd|phrase|wort)?|pwd|kennwort|passwort|mot de passe|contraseña|clave|wachtwoord|hasło|senha|"
    r"secret|token|api[_ -]?key|access[_ -]?key|auth(?:orization)?|credentials?|private[_ -]?key|"
    r"client[_ -]?secret|sessionid|cookie|pin|geheimnis|schlüssel"
)
_ACCOUNT_WORDS: Final = (
    r"account(?: (?:no|number|nr))?|acct|iban|konto(?:nummer|nr)?|kto|compte|cuenta|conto|rekening(?:nummer)?|"
    r"numer konta|rachunek|conta|sort code|routing(?: number)?|blz|bic|customer (?:no|number|id)|kundennummer"
)
_IDENTITY_WORDS: Final = (
    r"ssn|social security(?: number)?|passport(?: no| number)?|reisepass|personalausweis|ausweis(?:nummer)?|"
    r"passeport|pasaporte|passaporto|paspoort|paszport|passaporte|dni|nie|nif|bsn|pesel|nir|codice fiscale|"
    r"steuer-?id|tax id|national insurance|nino|nhs(?: number)?|driving licen[cs]e|führerschein|cpf|"
    r"date of birth|dob|geburtsdatum|geboren am|né[e]? le|fecha de nacimiento|nato il|geboortedatum|data urodzenia"
)
_KEY_BEGINS: Final = (
    r"gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk[_-](?:live|test|ant|proj)?[_-]?|pk_(?:live|test)_|rk_live_|hf_|"
    r"npm_|dop_v1_|SG\.|AIza|ya29\.|AKIA|ASIA|shpat_|sq0atp-|EAAC|whsec_"
)
_AT: Final = r"[\[({]\s?(?:at|arroba|ät)\s?[\])}]"
_DOT: Final = r"(?:\.|[\[({]\s?(?:dot|punkt|punto|point)\s?[\])}])"
_GAP: Final = r"[ \u00a0\u202f\-]?"
_IS: Final = r"\.?\s{0,5}(?:is|ist|est|es|è|#|nr\.?|no\.?|n[º°]|[:=])?\s{0,5}"
_PHONE_WORDS: Final = (
    r"tel(?:efon|ephone|éfono|efono|efoon)?|t[ée]l[ée]phone|phone|mobile?|handy|mobil|cell|fax|call|portable|móvil|"
    r"cellulare|telefoonnummer|komórka|celular|rufnummer|durchwahl"
)


@dataclass(frozen=True, slots=True)
class Detector:
    """``group``: the part of a match that is masked. ``is_one``: the last word, on that part's text. ``length``: how
    much of it, from its beginning, is meant."""

    kind: str
    pattern: re.Pattern[str]
    is_one: Callable[[str], bool] = lambda _text: True
    group: int = 0
    length: Callable[[str], int] = len


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _iban_length(text: str) -> int:
    """How much of the text is an account number of its country's length; 0: none of it is."""
    count = check_digit.IBAN_LENGTHS.get(text[:2].upper(), len(_letters_and_digits(text)))
    places = [place for place, char in enumerate(text, 1) if char.isalnum()][:count]
    return places[-1] if check_digit.is_iban(_letters_and_digits(text[: places[-1]])) else 0


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.split("%")[0].strip("[]"))
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _is_phone(text: str) -> bool:
    count = len(_digits(text))
    if _DATES.fullmatch(text.strip()) or _FRACTIONS.fullmatch(text.strip()):
        return False
    begins = text.lstrip("( ")
    is_marked = begins.startswith(("+", "0")) or "(" in text
    return 7 <= count <= 15 if is_marked else 9 <= count <= 15 and not text.strip().isdecimal()


def _is_token(text: str) -> bool:
    """A long run that no word is: letters of both cases and digits, or hexadecimal."""
    kinds = sum(any(test(char) for char in text) for test in (str.islower, str.isupper, str.isdecimal))
    return kinds == 3 or (kinds >= 2 and all(char in "0123456789abcdefABCDEF" for char in text))


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def _re(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern, flags)


_I: Final = re.IGNORECASE
DETECTORS: Final = (
    Detector(
        SECRET, _re(r"-----BEGIN [A-Z0-9 ]{0,40}-----(?:[^-]|-(?!----)){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?")
    ),
    Detector(SECRET, _re(r"(?<=://)[^\s/@:]{1,200}:[^\s/@]{1,400}(?=@)")),
    Detector(
        SECRET,
        _re(
            rf"(?<![\w])(?:{_KEY_WORDS})[\"']?\s{{0,5}}(?:is|ist|est|es|è|=>|[:=])\s{{0,5}}[\"']?(?:(?:Bearer|Basic|Token)\s{{1,5}})?([^\s\"',;<>]{{3,}})",
            _I,
        ),
        group=1,
    ),
    Detector(SECRET, _re(r"\b(?:Bearer|Basic)\s{1,5}([\w.~+/=\-]{8,})", _I), group=1),
    Detector(SECRET, _re(r"\beyJ[\w\-]{5,}\.[\w\-]{5,}(?:\.[\w\-]*)?")),
    Detector(SECRET, _re(rf"(?<![A-Za-z0-9])(?:{_KEY_BEGINS})[\w\-.]{{10,}}")),
    Detector(EMAIL, _re(r"[^\s@＠<>()\[\],;:\"“”„«»]{1,64}\s?[@＠]\s?(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}")),
    Detector(EMAIL, _re(rf"[\w.+\-]{{1,64}}\s?{_AT}\s?[\w\-]{{1,63}}(?:\s?{_DOT}\s?[\w\-]{{2,63}}){{1,4}}", _I)),
    Detector(
        ACCOUNT,
        _re(
            rf"(?<![^\W_])[A-Za-z]{{2}}\d{{2}}(?:{_GAP}[A-Za-z0-9]{{2,4}}){{2,8}}(?:{_GAP}[A-Za-z0-9]{{1,3}})?(?![^\W_])"
        ),
        lambda text: _iban_length(text) > 0,
        length=_iban_length,
    ),
    Detector(
        CARD, _re(rf"(?<!\d)\d(?:{_SEPARATORS}?\d){{12,18}}(?!\d)"), lambda text: check_digit.is_card(_digits(text))
    ),
    Detector(
        IDENTITY,
        _re(rf"(?<![\w])\d(?:{_SEPARATORS}?\d){{8,14}}(?![\w])"),
        lambda text: check_digit.is_identity(_digits(text)),
    ),
    Detector(
        IDENTITY,
        _re(r"(?<![\w])(?:\d{8}|[XYZxyz]-?\d{7})[ \-]?[A-Za-z](?![\w])"),
        lambda text: check_digit.is_dni(_letters_and_digits(text)),
    ),
    Detector(
        IDENTITY,
        _re(r"(?<![\w])[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z](?![\w])"),
        check_digit.is_codice_fiscale,
    ),
    Detector(IDENTITY, _re(r"(?<![\w\-])\d{3}-\d{2}-\d{4}(?![\w\-])")),
    Detector(IDENTITY, _re(r"(?<![\w])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w])")),
    Detector(IDENTITY, _re(r"(?<![\d])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")),
    Detector(
        ACCOUNT,
        _re(rf"(?<![\w])(?:{_ACCOUNT_WORDS}){_IS}([A-Za-z0-9](?:[ \-./]?[A-Za-z0-9]){{4,33}})(?![\w])", _I),
        _has_digit,
        group=1,
    ),
    Detector(
        IDENTITY,
        _re(rf"(?<![\w])(?:{_IDENTITY_WORDS}){_IS}([A-Za-z0-9](?:[ \-./]?[A-Za-z0-9]){{4,20}})(?![\w])", _I),
        _has_digit,
        group=1,
    ),
    Detector(ADDRESS, _re(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"), _is_address),
    Detector(
        ADDRESS,
        _re(
            r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?:%\w+)?(?![\w:])"
        ),
        _is_address,
    ),
    Detector(ADDRESS, _re(r"(?<![\w:\-])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![\w:\-])")),
    Detector(
        PHONE,
        _re(rf"(?<![\w])(?:{_PHONE_WORDS}){_IS}(\(?\+?\d(?:[\s()./\-\u2010-\u2015]{{0,3}}\d){{4,14}})(?!\d)", _I),
        group=1,
    ),
    Detector(
        PHONE,
        _re(
            rf"(?<![\w.:,/\-])\(?(?:\+|00)?\(?\d{{1,5}}\)?(?:{_SEPARATORS}{{0,2}}\(?\d{{1,6}}\)?){{1,7}}(?![\w:]|[.,/\-]\d)"
        ),
        _is_phone,
    ),
    Detector(SECRET, _re(r"(?<![\w+/=])[A-Za-z0-9+/_\-]{24,}={0,2}(?![\w+/=])"), _is_token),
    Detector(PERSON, _re(rf"(?<![\w])(?:{_TITLES})\.?[ \u00a0]({_NAME})"), group=1),
    Detector(
        PERSON,
        _re(rf"(?<![\w])(?:{_GREETINGS})[ \u00a0,]{{1,2}}(?:(?:{_TITLES})\.?[ \u00a0])?({_NAME})(?=[\s,.!:]|\Z)"),
        group=1,
    ),
    Detector(PERSON, _re(rf"(?<![\w])(?:{_SAYS})\s{{1,5}}(?:(?:{_TITLES})\.?[ \u00a0])?({_NAME})"), group=1),
)
"""In the order in which they look; what one has masked the next does not see."""


def visible_signs(text: str) -> str:
    """Without signs that nobody sees, behind which a number could hide."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def looking_at(text: str) -> list[Detector]:
    """The detectors that may find something here."""
    passed: set[str] = set()
    if _DIGIT.search(text) is None:
        passed |= _OF_DIGITS
    if _MAIL_SIGN.search(text) is None:
        passed.add(EMAIL)
    return [detector for detector in DETECTORS if detector.kind not in passed]


def leftovers(text: str) -> Iterator[str]:
    """What may still be somebody's number or address: to be looked at by a person."""
    for found in re.finditer(r"\d[\d\s./\-]{4,}\d|\S+[@＠]\S+", text):
        if not _DATES.fullmatch(found[0].strip()):
            yield found[0].strip()
