"""What tracking does, one module per noun: functions of a transaction."""
