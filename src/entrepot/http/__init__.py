"""What every HTTP door needs: the wire, bodies, answers, problem documents, limits, the access log."""
