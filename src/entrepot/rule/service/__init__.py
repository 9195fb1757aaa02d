"""What the rule context does, one module per noun: functions of a transaction."""
