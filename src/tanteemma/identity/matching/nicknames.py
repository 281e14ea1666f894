"""Which given names stand for one another? Short forms, spellings and pet names in German and English."""

from typing import Final

_FAMILIES: Final = """
johannes hans hannes johann jan john johnny jon jack hansi
alexander alex sascha sandro xander alec
alexandra sandra sasha alexa
andreas andy andi andrew drew
anna anne anni anja annie ann annika antje hanna hannah
anthony anton toni tony
barbara babsi barb bärbel babette
benjamin ben benny benni
bernhard bernd berni bernard bernie
brigitte gitte birgit gitta biggi
charlotte lotte charlie lotti
christian chris christoph christopher kristian kit topher
christine christina christiane tina chrissy kristina kristin chrissi kirsten
daniel dan danny dani
daniela danielle
david dave davy
deborah debbie deb
dietrich dieter dirk
dorothea dorothee doris dorothy thea dora dot
edward eddie ed ted teddy eduard edi edmund
elisabeth elizabeth lisa liz lizzie beth betty elise elsa else liesel sissi bettina eliza lisbeth elli ella lilly
emanuel manuel manni emmanuel
ernst ernest ernie
eugen eugene gene
felix
ferdinand ferdi
florian flo
frank franky francis franz frans francesco xaver
franziska franzi frances fran sissy fanny
friedrich fritz fred frederick frederik freddy fredi frieder alfred manfred
gabriele gabi gaby gabriela gabriella
georg george schorsch jörg jürgen georgie
gerhard gerd gert hardy gerard
gertrud trude gertrude trudi
günter günther guenter gunter gunther
gustav gus gustl
heinrich heinz henry harry heiner heini hal hank hendrik henrik
helene helen helena leni lena ellen elena nelly
hermann herman
hubert bert hubertus
irmgard irma irmi
jakob jacob jake jakobus
james jim jimmy jamie
jennifer jenny jen jenni
jessica jess jessie
joachim jochen achim jo
josef joseph joe jupp sepp joey jose pepi
josefine josephine josie josefa
jonathan jon jonny nathan
joshua josh
judith judy
julia julie juliane jule
karl carl charles charlie chuck carlo karlheinz
karoline caroline carolin caro carol carolyn carrie
katharina katrin kathrin kati käthe catherine kate kathy katie kathleen katja karin karen kitty cathy cate katherine
kenneth ken kenny
klaus claus nikolaus nicolas nicholas nick niklas nico niko klas
konrad conrad kurt
lawrence larry lorenz laurence
leonard leo len lenny leonhard lennart
ludwig lutz louis lewis lou
magdalena magda lena leni madeleine
margarete margaret greta grete gretel margot maggie meg peggy margret margarethe marge gretchen rita margit
maria marie mary mia mitzi marion mariechen molly polly
martin marty
martina
matthias matthew matt mathias mats matze matteus
matilda tilda mathilde tilly
maximilian max maximillian
michael mike michi mick mickey michel mikey
michaela michi
monika moni monica
norbert norb
otto
pamela pam
patrick pat paddy
patricia pat patty trish tricia
paul pauli
peter pete petra pit
philipp philip phil phillip pip
rainer reiner
raymond ray
rebecca becky becca rebekka
regina gina
reinhard reinhardt
richard rick dick rich ricky richie
robert rob bob bobby robbie robin rupert
roland rolf rudolf rudi rolland ralf ralph rudolph
ronald ron ronny ronnie
rosemarie rosi rose rosie rosa
samuel sam sammy
samantha sam
sebastian basti bastian seb
sieglinde linde
siegfried sigi siggi
sigrid siri
simon
sofie sophie sofia sophia
stefan stephan stephen steven steve steffen
stefanie stephanie steffi stefani
susanne susan susi sue susanna suse sanne suzanne susie
theodor theo theodore ted
theresa therese resi terry teresa tess tessa
thomas tom tommy thom tomas
timothy tim timo timmy
ulrich uli ulli ulrike
ursula uschi ulla
ute uta
valentin valentine
veronika vroni veronica
victoria viktoria vicky vicki
viktor victor vic
vincent vinzenz vince
walter walt wally walther
waltraud traudl
wilhelm willi willy william bill billy will liam helmut
wolfgang wolf wolfi
zacharias zachary zach zack
"""


def _roots() -> dict[str, str]:
    """Each name -> the first of its line; a name that stands in several lines stands for the first."""
    found: dict[str, str] = {}
    for line in _FAMILIES.split("\n"):
        names = line.split()
        for name in names:
            found.setdefault(name, names[0])
    return found


#: as people write them; ``cleaning`` folds them
ROOTS: Final = _roots()
