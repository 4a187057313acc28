"""Words and signs, Dutch, English, German and French, that tell an article from a comment and a new comment from a next paragraph.

Each is a general trait of the register, none of any one debate: attribution of a quotation is what journalists do
(Bell, *The Language of News Media*, 1991); evaluation, address and first person open a comment; connectives and
anaphora tie a paragraph to the one before it (Halliday & Hasan, *Cohesion in English*, 1976). How much each weighs
is fitted (see `weights`). Every pattern runs in time linear in the length of its text.
"""

from __future__ import annotations

import re

Lexicon = dict[str, frozenset[str]]


def _words(dutch: str, english: str, german: str, french: str) -> Lexicon:
    """A lexicon by the language of the text. Dutch texts are read with the English words too, and the other way."""
    both = frozenset(f"{dutch} {english}".split())
    return {"nl": both, "en": both, "de": frozenset(german.split()), "fr": frozenset(french.split())}


FIRST_PERSON = _words(
    "ik 'k mij me mijn m'n mn mezelf mijzelf wij we ons onze",
    "i i'm i've i'd i'll my me mine myself we our us we've",
    "ich mir mich mein meine meinem meinen meiner wir uns unser unsere",
    "je j'ai j'en j'y j'avais j'étais moi mon ma mes nous notre nos",
)
SECOND_PERSON = _words(
    "je jij jou jouw jullie u uw ge gij jezelf",
    "you your yours you're you've you'd you'll yourself",
    "du dir dich dein deine ihr euch euer ihnen",
    "tu te toi ton tes vous votre vos",
)
CONJUNCTION = _words("maar en dus want of doch", "but and so or because", "aber und denn oder", "mais et donc car ou")
ANAPHOR = _words(
    "dat dit die deze zulke zulks hij zij ze hen daar daarmee daarvan daarvoor daarin daardoor daarop hier hiermee",
    "that this these those they he she it such there which",
    "das dies diese dieser dieses er sie es dort damit davon dafür darin dadurch darauf dabei hiermit",
    "cela ça ce cet cette ces il elle ils elles celui celle ceux c'est c'était",
)
ADVERB = _words(
    "ook verder echter bovendien daarnaast daarna vervolgens toen sindsdien overigens trouwens toch wel daarom kortom"
    " bijvoorbeeld vaak soms meestal tegelijk intussen inmiddels uiteindelijk dan vroeger zo nu alleen eerst ten tot"
    " tenslotte misschien ps",
    "also then still however moreover besides instead now meanwhile therefore anyway otherwise perhaps maybe",
    "auch außerdem allerdings jedoch dennoch danach dann deshalb deswegen trotzdem inzwischen schließlich übrigens"
    " jetzt vielleicht zuerst manchmal oft sonst daher",
    "aussi ensuite puis cependant pourtant toutefois enfin alors ainsi maintenant parfois souvent sinon d'ailleurs"
    " bref peut-être d'abord depuis",
)
EVALUATION = _words(
    "mooi mooie prachtig prachtige goed goede interessant interessante grappig herkenbaar leuk leuke geweldig"
    " geweldige sterk eens oneens precies inderdaad klopt onzin kennelijk typisch typische eindelijk jammer helemaal"
    " volledig haha hahaha hihi lol tja ach och hulde chapeau respect dank bedankt gewoon nee ja nou weer wow top zucht"
    " hear heerlijk hallo hoi dag beste geachte lieve sorry triest schandalig belachelijk bizar touché goeie hè hèhè pff",
    "great nice lovely interesting agree agreed exactly thanks thank true what why lol haha no yes yeah oh ok okay well"
    " sorry wow hi hello dear brilliant nonsense rubbish absolutely typical love best sad finally",
    "schön toll gut super prima genau richtig stimmt falsch quatsch unsinn schade endlich typisch danke nein ja naja ach"
    " hallo hi moin servus liebe lieber sehr interessant tja lächerlich herrlich bravo klasse respekt",
    "bravo merci bonjour salut oui non super génial exactement exact vrai faux dommage enfin bien très quel quelle bof"
    " ridicule incroyable intéressant excellent n'importe tiens honteux cher chère",
)
_OPENINGS = re.compile(
    r"(?:wat een|wat (?:erg|mooi|jammer|verschrikkelijk|grappig|goed)|zoals (?:hierboven|eerder|gezegd)|even (?:over|feitelijk)"
    r"|mee eens|spijker op|wie (?:heeft|is)\b|waarom|hoe kun|kan iemand|weer (?:een|zo)|alweer|je zou|laat ze|zo waar|zo is het"
    r"|was für|wie kann|warum|wieso|genau so|quel(?:le)? |pourquoi|comment peut|tout à fait|bien dit|what a|so true|spot on|well said|how (?:are|can|on earth)|can (?:i|we|someone)|as a|speaking as|why (?:on|do|not)|so people)\b",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?:ik ben(?: zelf)?|ik werk|ik woon|ik zit|ik heb|ik (?:geef|fluit|sta|was|deed|koop)|wij (?:hebben|hadden|van|komen)|als [a-zé-]{4,30}"
    r"|zelf ben ik|bij (?:ons|mij)|mijn (?:man|vrouw|zoon|dochter|moeder|vader|zus|broer|kinderen|baas|oudste|buurman)"
    r"|onze (?:zoon|dochter|moeder)|op mijn werk|in mijn \w+|i'm an?|i am an?|i (?:was|work|used|have|wait|had|owe)|as an? "
    r"|ich (?:bin|habe|arbeite|wohne|war)|als [a-zäöü]{4,30}|bei (?:uns|mir)|mein(?:e)? (?:mann|frau|sohn|tochter|mutter|vater)"
    r"|je (?:suis|travaille|vis)|j'(?:ai|habite|étais)|en tant que|chez (?:nous|moi)|mon (?:mari|fils|père)|ma (?:femme|fille|mère)"
    r"|my (?:son|daughter|husband|wife|mum|mother|dad|boss|kids)|at (?:our|my))\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"@|(?:beste|lieve|geachte|hallo|hoi|dag|dear|hi|hello|hey|liebe[rs]?|guten (?:tag|morgen|abend)|moin|servus"
    r"|bonjour|bonsoir|salut|cher|chère)\b[^.!?]{0,30}[,!]|re:",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"@ ?\S{1,25}(?: \S{1,15}){0,2}[,:!]?|(?:beste|lieve|geachte|hallo|hoi|dag|dear|hi|hello|hey|liebe[rs]?|bonjour|bonsoir|salut"
    r"|chère?)(?: [^\s.?,]{1,20}){0,3}[,!:]?",
    re.IGNORECASE,
)
_VOCATIVE = re.compile(r"[A-Z][a-zé]{2,14}, [a-z]|[A-Z][a-z]{2,14}: ")
_ABOVE = re.compile(
    r"\b(?:hierboven|bovenstaande?|dit (?:artikel|stuk|verhaal)|het (?:artikel|stuk)|de (?:auteur|schrijver|redactie)|(?:de|deze)"
    r" (?:vorige )?reacties?|reactie van|vorige (?:spreker|reactie)|journalist\w*|petje af|this (?:article|piece|comment|thread)"
    r"|dieser (?:artikel|beitrag)|der (?:artikel|autor|vorredner)|mein vorredner|wie oben|cet article|l'(?:article|auteur)"
    r"|ci-dessus|plus haut|le (?:commentaire|message) (?:de|précédent)|the (?:article|author|comments?)|above|previous (?:poster|comment)|your (?:comment|point))\b",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"\b(?:aldus|volgens|legt (?:\w+ ){0,4}uit|vult (?:[\w-]+ ){0,4}aan|(?:zegt|stelt|vertelt|benadrukt|meldt|waarschuwt|concludeert"
    r"|verklaart|erkent|betreurt|verwacht|vreest|bekent|klaagt|lacht|grapt|pleit|wijst|noemt|hoopt|meent|adviseert|verzekert)\b"
    r"|laat (?:\w+ ){0,3}weten|according to|said|says|told|explains|explained|adds|added|warned|stated|notes|points? out"
    r"|pointed out|concludes|claims|laut|zufolge|erklärt|betont|warnt|berichtet|selon|explique|affirme|souligne|déclare)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[“„\"][^“”„\"]{0,600}[”\"]|(?<!\w)‘[^‘’]{0,300}(?:’\w[^‘’]{0,300}){0,5}’|(?<!\w)'[^']{1,600}'(?!\w)"
)
_SIGN_OFF = re.compile(
    r"(?:(?:met )?(?:vriendelijke |hartelijke )?groet(?:en|jes)?|m\.?v\.?g\.?|gr\.?|fam\.|(?:kind |best )?regards|best wishes"
    r"|(?:mit )?(?:freundlichen |liebe |viele |schöne |beste )?(?:grüßen|grüße|gruß))"
    r"\b[^?]{0,40}|(?:liefs|succes|sterkte|cheers|love|yours|lg|vg|mfg|cordialement|bien à vous)(?:,.{0,30}| (?-i:[A-Z])\S{0,20})?",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?(?=[\s\"”’')?!.]|$)")
_EMOTICON = re.compile(r"[:;=8][-']?[)(DPpO/|]|<3|[\U0001f300-\U0001faff\u2600-\u27bf]")
_LIST_ITEM = re.compile(r"(?:\d{1,2}[.)]|[-*•–])\s")
_QUOTE_LINE = re.compile(
    r">|\S{1,25}(?: \S{1,20}){0,2} (?:schreef|zei|zegt|wrote|said|schrieb|sagte|a écrit|a dit)\b[^.]{0,30}:",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"(?<!\d)\d+(?:[.,]\d+)?(?: ?%| procent| prozent| per ?cent| pour cent| euro| miljoen| million)|\b(?:19|20)\d{2}\b|[€£$] ?\d",
    re.IGNORECASE,
)
_MID_NAME = re.compile(r"(?<=[a-zé,] )[A-Z][\wé-]+")


def opens(pattern: str, text: str) -> bool:
    """Whether `text` begins with the pattern of that name: openings, identity, address, vocative, list or quote."""
    return _AT_START[pattern].match(text.lstrip("\"'“‘„(")) is not None


def holds(pattern: str, text: str) -> bool:
    """Whether the pattern of that name occurs in `text`: above, attribution, emoticon, fact or name."""
    return _ANYWHERE[pattern].search(text) is not None


def is_sign_off(text: str) -> bool:
    """Whether the whole line takes leave ("Groet, Marleen")."""
    return len(text) <= 60 and _SIGN_OFF.fullmatch(text) is not None


def is_salutation(text: str) -> bool:
    """Whether the whole line is an address ("@ Jan,", "Beste Marleen,"): a comment begins with it."""
    return len(text) <= 40 and _SALUTATION.fullmatch(text) is not None


def asks(text: str) -> bool:
    """Whether a question mark ends a word: one within a word is a letter that an encoding lost."""
    return _ASKS.search(text) is not None


def without_quotations(text: str) -> str:
    """The text with what stands between quotation marks blanked: the writer's own voice."""
    return _QUOTED.sub(" ", text)


def has_quotation(text: str) -> bool:
    """Whether something of at least three words stands between quotation marks."""
    return any(len(match[0].split()) >= 3 for match in _QUOTED.finditer(text))


_AT_START = {
    "openings": _OPENINGS,
    "identity": _IDENTITY,
    "address": _ADDRESS,
    "vocative": _VOCATIVE,
    "list": _LIST_ITEM,
    "quote": _QUOTE_LINE,
}
_ANYWHERE = {"above": _ABOVE, "attribution": _ATTRIBUTION, "emoticon": _EMOTICON, "fact": _FACT, "name": _MID_NAME}
