"""The forms of an English word that a cue stands for: regular endings by rule, irregular verbs by list."""

from functools import cache

IRREGULAR = {
    base: tuple(forms.split())
    for base, forms in (
        line.split(": ")
        for line in """
be: is are was were been being am 's 're
beat: beats beaten beating
become: becomes became becoming
betray: betrays betrayed betraying
bind: binds bound binding
break: breaks broke broken breaking
bring: brings brought bringing
buy: buys bought buying
catch: catches caught catching
child: children
choose: chooses chose chosen choosing
come: comes came coming
deal: deals dealt dealing
die: dies died dying
do: does did done doing
draw: draws drew drawn drawing
drink: drinks drank drunk drinking
drive: drives drove driven driving
eat: eats ate eaten eating
fall: falls fell fallen falling
feel: feels felt feeling
fight: fights fought fighting
find: finds found finding
flee: flees fled fleeing
forbid: forbids forbade forbidden forbidding
forget: forgets forgot forgotten forgetting
forgive: forgives forgave forgiven forgiving
get: gets got gotten getting
give: gives gave given giving
go: goes went gone going
grow: grows grew grown growing
hang: hangs hanged hung hanging
have: has had having
hide: hides hid hidden hiding
hold: holds held holding
keep: keeps kept keeping
know: knows knew known knowing
lay: lays laid laying
leave: leaves left leaving
lie: lies lied lying
live: lives lived living
lose: loses lost losing
make: makes made making
man: men
mislead: misleads misled misleading
pay: pays paid paying
policeman: policemen
put: puts putting
ride: rides rode ridden riding
rise: rises rose risen rising
run: runs ran running
see: sees saw seen seeing
sell: sells sold selling
shoot: shoots shot shooting
sing: sings sang sung singing
slay: slays slew slain slaying
sleep: sleeps slept sleeping
speak: speaks spoke spoken speaking
stand: stands stood standing
steal: steals stole stolen stealing
stick: sticks stuck sticking
strike: strikes struck striking
swear: swears swore sworn swearing
sweep: sweeps swept sweeping
take: takes took taken taking
teach: teaches taught teaching
tell: tells told telling
thief: thieves
think: thinks thought thinking
wed: weds wedded wedding
wife: wives
win: wins won winning
wolf: wolves
woman: women
write: writes wrote written writing
""".strip().splitlines()
    )
}
"""Forms of irregular words, the base aside."""

_VOWELS = frozenset("aeiou")


@cache
def forms(word: str) -> tuple[str, ...]:
    """`word` (lower case) and its plural, third person, past and -ing forms; forms that do not exist do no harm."""
    if not word.isalpha() or len(word) < 3:
        return (word, *IRREGULAR.get(word, ()))
    if word in IRREGULAR:
        return (word, *IRREGULAR[word])
    if word.endswith("y") and word[-2] not in _VOWELS:
        return (word, word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    if word.endswith("ie"):
        return (word, word + "s", word + "d", word[:-2] + "ying")
    if word.endswith("e"):
        return (word, word + "s", word + "d", word[:-1] + "ing")
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if len(word) <= 6 and word[-1] not in _VOWELS | set("wxyshc") and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        return (word, plural, word + "ed", word + "ing", word + word[-1] + "ed", word + word[-1] + "ing")
    return (word, plural, word + "ed", word + "ing")
