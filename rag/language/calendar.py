"""The words of the calendar, once for all rules: days of the week and months.

In small letters, as folded text has them. The patterns are texts to build expressions of, which
costs nothing; who compiles them pays for it.
"""

from __future__ import annotations

WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
SHORT_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
# "May" and "may" are one word there, which mostly is no month.
DAYS_AND_MONTHS = frozenset({*WEEKDAYS, *MONTHS} - {"may"})

WEEKDAY = f"(?:{'|'.join(WEEKDAYS)})"
MONTH = f"(?:{'|'.join(MONTHS)})"
CAPITAL_WEEKDAY = f"(?:{'|'.join(map(str.capitalize, WEEKDAYS))})"
CAPITAL_MONTH = f"(?:{'|'.join(map(str.capitalize, MONTHS))})"

# Of a date on a line of its own; English with its abbreviations, then the languages of the months.
WEEKDAYS_ABROAD = frozenset(
    """
mon tue tues wed thu thur thurs fri sat sun
понедельник вторник среда четверг пятница суббота воскресенье
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
segunda feira terça quarta quinta sexta
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
poniedziałek wtorek środa czwartek piątek sobota niedziela
pondělí úterý středa čtvrtek pátek neděle
понеділок вівторок середа четвер п ятниця субота неділя
luni marți miercuri joi vineri sâmbătă duminică
pazartesi salı çarşamba perşembe cuma cumartesi pazar
""".split()
) | set(WEEKDAYS)
_MONTHS_ABROAD = """
- - - - - - - - sept - - -
janv févr mrt avr - juin juil - - okt - dez
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
januari februari maart april mei juni juli augustus september oktober november december
- - mars - maj - - augusti - - - -
- - marts - - - - - - - - desember
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta \
lokakuuta marraskuuta joulukuuta
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"""
# Before them stands the day, in many languages with a point: "2. Juni".
MONTHS_ABROAD = frozenset(_MONTHS_ABROAD.split()) - {"-"}
# A month as dates name it in sixteen languages, and its place in the year from 1. Croatian would
# not fit: its tenth month is the eleventh in Polish.
MONTH_NUMBERS = {
    name: number
    for row in (MONTHS, SHORT_MONTHS, *map(str.split, _MONTHS_ABROAD.strip().splitlines()))
    for number, name in enumerate(row, start=1)
    if name != "-"
}
