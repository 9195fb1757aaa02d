"""Where devices speak: HTTP, MQTT, and a broker in front."""
