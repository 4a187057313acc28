"""Stop words for Dutch and English: words that carry no topic, a list made for this project.

Function words, auxiliaries and their everyday spellings, and what people write in any thread whatever it is
about (greetings, fillers, interjections, chat spelling). Words that turn a sentence round (`niet`, `geen`,
`not`, `never`) are listed too: the lists serve topic terms and contrasts, never the models of stance or tone.
"""

from __future__ import annotations

DUTCH = """
de het een 't 'n der den des die dat deze dit zulk zulke zo'n
ik jij je u hij zij ze wij we jullie men hem haar hen hun mij me jou ons zich zichzelf mezelf jezelf onszelf
elkaar elkander
mijn jouw uw zijn onze m'n z'n d'r je'n 'm 'r 'k ie mn zn dr
wie wat welk welke waar waarom wanneer hoe hoeveel hoezo waarbij waardoor waarin waarmee waarna waarnaar
waarop waarover
waaruit waartoe waarvan waarvoor waaraan
er daar hier ginds daarbij daardoor daarin daarmee daarna daarnaast daarom daarop daarover daaruit daartoe
daarvan daarvoor
daaraan hierbij hierdoor hierin hiermee hierna hierop hierover hieruit hiervan hiervoor erbij erdoor erin
ermee erna
ernaast erop erover eruit ertoe ervan ervoor eraan eronder ertussen
en of maar want dus noch doch als dan toen terwijl omdat doordat zodat opdat hoewel ofschoon tenzij mits
zodra totdat nadat
voordat voor aleer indien alsof zoals evenals zowel
aan achter af als bij binnen boven buiten door in langs met na naar naast om onder ondanks op over per rond
rondom sinds
tegen tegenover te ten ter tijdens tot tussen uit van vanaf vanuit vanwege via volgens voorbij wegens zonder
ben bent is zijn was waren geweest wees word wordt worden werd werden geworden heb hebt heeft hebben had
hadden gehad
zal zult zullen zou zouden kan kun kunt kunnen kon konden gekund mag mogen mocht mochten moet moeten moest
moesten gemoeten
wil wilt willen wilde wilden wou wouden hoef hoeft hoeven hoefde hoefden ga gaat gaan ging gingen gegaan doe
doet doen deed
deden gedaan kom komt komen kwam kwamen gekomen laat laten liet lieten gelaten maak maakt maken maakte
maakten gemaakt blijf
blijft blijven bleef bleven gebleven krijg krijgt krijgen kreeg kregen gekregen zit zitten zat zaten staat
staan stond
stonden lijkt lijken leek leken blijkt blijken bleek bleken
zeg zegt zeggen zei zeiden gezegd vind vindt vinden vond vonden gevonden denk denkt denken dacht dachten
gedacht weet weten
wist wisten geweten zie ziet zien zag zagen gezien hoor hoort horen
niet geen nooit niemand niets niks nergens ooit iemand iets ergens alles allemaal alle al allen iedereen
ieder iedere elk
elke sommige sommigen enkele enige enig veel vele velen meer meest meeste meesten weinig minder minst paar
genoeg beide
beiden ander andere anderen anders zelf zelfs
ook nog wel toch weer al alweer nu nou net pas straks later vroeger altijd vaak soms meestal steeds telkens
eens even
eventjes ff hier opeens ineens meteen gelijk direct snel al vast alvast reeds inmiddels ondertussen
heel erg zeer best nogal tamelijk vrij zo te veel bijna haast ongeveer vooral juist alleen slechts maar
liefst ten minste
minstens hoogstens misschien wellicht waarschijnlijk zeker natuurlijk uiteraard blijkbaar kennelijk
eigenlijk echt gewoon
trouwens overigens immers namelijk bovendien tevens echter desondanks toch nochtans althans hooguit verder
daarentegen
bijvoorbeeld bv bijv etc enz enzovoort enzovoorts ed o.a. m.b.t. i.p.v. t.o.v. d.w.z. e.d. a.u.b. i.v.m.
n.a.v. z.s.m.
een twee drie vier vijf zes zeven acht negen tien één eerste tweede keer keren maal
goed goede beter beste slecht slechte mooi groot grote klein kleine hele nieuwe lang lange
ding dingen iets dingetje manier soort geval zaak stuk beetje hoop kant punt reden tijd dag jaar jaren week
weken maand
ja nee neen nee hoor ja hoor hoor joh zeg hè he hé hey hee hoi hallo hai dag doei groet groeten groetjes mvg
gr
bedankt dank dankje dankjewel thx thanks merci graag alstublieft alsjeblieft aub svp sorry helaas
haha hahaha hihi lol oh ach och ah aha tja tsja pff poeh hm hmm uh eh euh nah mwah zucht oeps wow wauw
ok oké oke okay prima precies klopt inderdaad idd eens mee idd. exact juistem nou ja tjonge
imho imo btw fyi ofzo ofzoiets zeg maar volgens mij volgensmij vlgs nl iig eig wss sws owja
reactie reacties artikel stukje topic forum draadje post posts comment schreef schrijft lezer lezers quote
edit
"""

ENGLISH = """
a an the this that these those such
i you he she it we they me him her us them my your his its our their mine yours hers ours theirs myself
yourself himself
herself itself ourselves yourselves themselves one ones oneself each other another others
who whom whose which what where when why how whatever whoever whichever wherever whenever however
and or but nor so yet for because since although though while whereas if unless until till than as whether
once
about above across after against along among around at before behind below beneath beside besides between
beyond by despite
down during except from in inside into like near of off on onto out outside over past per through throughout
to toward
towards under underneath up upon via with within without
am is are was were be been being have has had having do does did doing done will would shall should can
could may might
must ought need dare used get gets got getting gotten go goes going went gone make makes made making let
lets come comes
came take takes took taken put say says said tell tells told know knows knew known think thinks thought see
sees saw seen
want wants wanted seem seems seemed
i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd i'll
you'll he'll
she'll we'll they'll isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't
shan't shouldn't
can't cannot couldn't mustn't let's that's who's what's here's there's where's when's why's how's ain't
gonna wanna gotta
im youre dont doesnt didnt cant wont isnt wasnt thats whats ive id
not no never none nobody nothing nowhere ever someone somebody something somewhere anyone anybody anything
anywhere
everyone everybody everything everywhere all any some many much more most few fewer less least several
enough both either
neither every own same different
also too very really quite rather pretty just only even still already again always often sometimes usually
mostly maybe
perhaps probably certainly surely obviously actually basically literally simply especially exactly almost
nearly
then there here now today soon later ago well back away together apart instead indeed anyway though
therefore thus hence
first second last next one two three four five six seven eight nine ten
good great better best bad worse worst big small little new old long lot lots bit thing things stuff way
ways kind sort
case point part time times day days year years week weeks month months people
yes yeah yep nope nah ok okay oh ah hey hi hello dear thanks thank thx cheers regards please sorry lol haha
hmm uh um wow
imho imo btw fyi etc eg ie e.g. i.e. vs re op
article post posts comment comments thread reply replies forum topic wrote writes edit quote agree agreed
"""

#: language (ISO 639-1) -> stop words, lower case
STOP_WORDS: dict[str, frozenset[str]] = {
    "nl": frozenset(DUTCH.split()),
    "en": frozenset(ENGLISH.split()),
}
