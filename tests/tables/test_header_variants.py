"""Lines above and below the numbers, as instruments, spreadsheets and agencies write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.tables.variants import check_variant, rows

TOA5 = ('"TOA5","CR1000","CR1000","1234","CR1000.Std.32","CPU:prog.CR1","999","Table1"\n'
        '"TIMESTAMP","RECORD","AirT_Avg","RH","Rain_mm_Tot"\n"TS","RN","Deg C","%","mm"\n"","","Avg","Smp","Tot"\n')
#: Name, text, the first numbers of some columns, shape, units; None where nothing is asserted.
Variant = tuple[str, str, Mapping[str, Sequence[float]], tuple[int, int] | None, Mapping[str, str] | None]
VARIANTS: Sequence[Variant] = [
    ("units in second row brackets",
     "t,x\n[s],[mm]\n"+rows(lambda k: f"{k*.1:.1f},{k*k}"),
     {"t": [0, .1], "x": [0, 1]}, (12, 2), {"t": "s", "x": "mm"}),
    ("units row w empty first",
     "name,mass,len\n,kg,m\n"+rows(lambda k: f"a{k},{k},{k*2}"),
     {"mass": [0, 1]}, (12, 3), {"mass": "kg", "len": "m"}),
    ("units row odd units",
     "t,p,q\nsec,mbar,m3/h\n"+rows(lambda k: f"{k},{k*2},{k*3}"),
     {"p": [0, 2]}, (12, 3), {"t": "sec", "p": "mbar", "q": "m3/h"}),
    ("units row german",
     "Zeit;Druck;Temp\n(s);(hPa);(°C)\n"+rows(lambda k: f"{k},5;{k*2},1;{k*3},25"),
     {"Zeit": [.5, 1.5], "Druck": [.1, 2.1]}, (12, 3), {"Zeit": "s", "Druck": "hPa", "Temp": "°C"}),
    ("units above names",
     "s,m,m/s\ntime,dist,speed\n"+rows(lambda k: f"{k},{k*2},{k*3}"),
     {"time": [0, 1], "speed": [0, 3]}, (12, 3), {"time": "s", "dist": "m", "speed": "m/s"}),
    ("three header: name unit stat",
     "a,b,c\nm,s,kg\nmean,mean,mean\n"+rows(lambda k: f"{k},{k*2},{k*3}"),
     {"a": [0, 1], "c": [0, 3]}, (12, 3), {"a": "m", "b": "s", "c": "kg"}),
    ("TOA5 quoted",
     TOA5 + rows(lambda k: f'"2023-05-01 00:{k:02d}:00",{k},{20 + k * 0.1:.1f},{50 + k},' + (
         '"NAN"' if k == 3 else f"{k * 0.2:.1f}")),
     {"AirT_Avg": [20, 20.1], "RH": [50, 51], "Rain_mm_Tot": [0, .2]}, (12, 5),
     {"AirT_Avg": "Deg C", "RH": "%", "Rain_mm_Tot": "mm"}),
    ("TOB1-like/TOACI1",
     '"TOACI1","st","Met"\n"TMSTAMP","RECNBR","WS","WD"\n' +
     rows(lambda k: f'"2001-01-01 00:{k:02d}:00",{k},{k*.5},{k*10}'),
     {"WS": [0, .5], "WD": [0, 10]}, (12, 4), None),
    ("key-value preamble",
     "Instrument: X200\nOperator: Ann\nDate: 2020-01-02\n\nt,V\n"+rows(lambda k: f"{k},{k*2}"),
     {"t": [0, 1], "V": [0, 2]}, (12, 2), None),
    ("kv preamble with commas",
     "Instrument,X200\nSerial,12345\nGain,2.5\n\nt,V,I\ns,V,A\n"+rows(lambda k: f"{k},{k*2},{k*3}"),
     {"t": [0, 1], "I": [0, 3]}, (12, 3), {"t": "s", "V": "V", "I": "A"}),
    ("kv preamble 2cols",
     "Serial,12345\nGain,2.5\nt,V\n"+rows(lambda k: f"{k},{k*2}"),
     {"t": [0, 1], "V": [0, 2]}, (12, 2), None),
    ("comment names",
     "# station 5\n# t p q\n"+rows(lambda k: f"{k} {k*2} {k*3}"),
     {"t": [0, 1], "q": [0, 3]}, (12, 3), None),
    ("comment names units",
     "# t [s]\tp [Pa]\n"+rows(lambda k: f"{k}\t{k*2}"),
     {"t [s]": [0, 1]}, (12, 2), {"t [s]": "s", "p [Pa]": "Pa"}),
    ("comment names + units line",
     "# t p\n# s Pa\n"+rows(lambda k: f"{k} {k*2}"),
     {"t": [0, 1], "p": [0, 2]}, (12, 2), {"t": "s", "p": "Pa"}),
    ("// comments",
     "// made by tool\n// x, y\n"+rows(lambda k: f"{k},{k*2}"),
     {"x": [0, 1], "y": [0, 2]}, (12, 2), None),
    ("; comment ini",
     "; x y\n"+rows(lambda k: f"{k} {k*2}"),
     {"x": [0, 1], "y": [0, 2]}, (12, 2), None),
    ("merged two levels blanks",
     "Exp,Before,,After,\n,T,p,T,p\n"+rows(lambda k: f"{k},{k*2},{k*3},{k*4},{k*5}"),
     {"Exp": [0, 1], "Before T": [0, 2], "After p": [0, 5]}, (12, 5), None),
    ("two level repeated",
     "A,A,B,B\nx,y,x,y\n"+rows(lambda k: f"{k},{k*2},{k*3},{k*4}"),
     {"A x": [0, 1], "B y": [0, 4]}, (12, 4), None),
    ("two level + units",
     "Sensor 1,,Sensor 2,\nT,RH,T,RH\n°C,%,°C,%\n"+rows(lambda k: f"{k},{k*2},{k*3},{k*4}"),
     {"Sensor 1 T": [0, 1], "Sensor 2 RH": [0, 4]}, (12, 4),
     {"Sensor 1 T": "°C", "Sensor 1 RH": "%", "Sensor 2 T": "°C", "Sensor 2 RH": "%"}),
    ("title then blank",
     "My experiment 2020\n\nx,y\n"+rows(lambda k: f"{k},{k*2}"),
     {"x": [0, 1], "y": [0, 2]}, (12, 2), None),
    ("title padded commas",
     "Results of run 5,,,\n,,,\na,b,c,d\n"+rows(lambda k: f"{k},{k*2},{k*3},{k*4}"),
     {"a": [0, 1], "d": [0, 4]}, (12, 4), None),
    ("blank line between names and data",
     "x,y\n\n"+rows(lambda k: f"{k},{k*2}"),
     {"x": [0, 1]}, (12, 2), None),
    ("dashes below names",
     "x   y\n--- ---\n"+rows(lambda k: f"{k} {k*2}"),
     {"x": [0, 1], "y": [0, 2]}, (12, 2), None),
    ("[Data] section",
     "[Header]\nUser=me\n[Data]\nx,y\n"+rows(lambda k: f"{k},{k*2}"),
     {"x": [0, 1], "y": [0, 2]}, (12, 2), None),
    ("names in quotes with newline",
     '"time\n(s)","dist\n(m)"\n'+rows(lambda k: f"{k},{k*2}"),
     {"time (s)": [0, 1]}, (12, 2), {"time (s)": "s", "dist (m)": "m"}),
    ("footer total only",
     "a,b\n"+rows(lambda k: f"{k},{k*2}")+"\nTotal,132",
     {"a": [0, 1], "b": [0, 2]}, (12, 2), None),
    ("footer average+n",
     "id,val,w\n"+rows(lambda k: f"s{k},{k},{k*2}")+"\nAverage,5.5,11\nStdDev,3.6,7.2",
     {"val": [0, 1]}, (12, 3), None),
    ("footer notes",
     "a,b\n"+rows(lambda k: f"{k},{k*2}")+"\n\nNote: preliminary values.\nSource: Office",
     {"a": [0, 1]}, (12, 2), None),
    ("footer star",
     "a,b\n"+rows(lambda k: f"{k},{k*2}")+"\n* estimated",
     {"a": [0, 1]}, (12, 2), None),
    ("footer german",
     "Jahr;Wert\n"+rows(lambda k: f"{1990+k};{k*2},5")+"\nSumme;150,0\n© Statistisches Bundesamt, 2020",
     {"Jahr": [1990, 1991], "Wert": [.5, 2.5]}, (12, 2), None),
    ("footer end of data",
     "x y\n"+rows(lambda k: f"{k} {k*2}")+"\nEND",
     {"x": [0, 1]}, (12, 2), None),
    ("footer p value",
     "x,y\n"+rows(lambda k: f"{k},{k*2}")+"\np < 0.05 for all",
     {"x": [0, 1]}, (12, 2), None),
]


@pytest.mark.parametrize(("text", "numbers", "shape", "units"), [pytest.param(*v[1:], id=v[0]) for v in VARIANTS])
def test_lines_around_the_numbers_are_understood(
        text: str, numbers: Mapping[str, Sequence[float]], shape: tuple[int, int] | None,
        units: Mapping[str, str] | None) -> None:
    check_variant(text, numbers, shape, units)
