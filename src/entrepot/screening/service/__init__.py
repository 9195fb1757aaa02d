"""What the screening context does, one module per noun: functions of a transaction."""
