"""MQTT 3.1.1 (OASIS Standard, 29 October 2014) for devices: a listener that acknowledges only what is on
disk, and a bridge to an operator's own broker. Tags such as MQTT-3.1.0-1 name the standard's statements.
"""
