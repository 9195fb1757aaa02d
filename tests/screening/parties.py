"""A small list of parties that nobody is."""

CSV = """id,kind,name,aliases,birth_dates,countries,programme
1,person,Ivan Sergeevich Petrovsky,Иван Петровский; I. Petrovsky,1961-04-02,RU,EXAMPLE-1
2,person,Mohammed Al-Tikriti,Muhammad El Takriti,1970,IQ,EXAMPLE-1
3,organisation,Northern Star Shipping LLC,Severnaya Zvezda OOO,,RU,EXAMPLE-2
4,vessel,MV Morning Glory,,,KP,EXAMPLE-2
5,person,Jan van der Berg,,1955-05,NL,EXAMPLE-3
6,person,Zhang Weimin,,1980-01-01,CN,EXAMPLE-3
"""
