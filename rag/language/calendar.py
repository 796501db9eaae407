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

# Of a date on a line of its own; English with its abbreviations, Russian, German, French, Spanish.
WEEKDAYS_ABROAD = frozenset(
    """
mon tue tues wed thu thur thurs fri sat sun
понедельник вторник среда четверг пятница суббота воскресенье
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
""".split()
) | set(WEEKDAYS)
_MONTHS_ABROAD = """
- - - - - - - - sept - - -
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
января февраля марта апреля мая июня июля августа сентября октября ноября декабря"""
# A month as dates name it in seven languages, and its place in the year from 1.
MONTH_NUMBERS = {
    name: number
    for row in (MONTHS, SHORT_MONTHS, *map(str.split, _MONTHS_ABROAD.strip().splitlines()))
    for number, name in enumerate(row, start=1)
    if name != "-"
}
