"""Alerts as they come from the database of `tracking`, which kept them before."""

from entrepot.core.inheritance import Taken

# Until step 7 of `tracking`, alerts were its own.
TRACKING_S_ALERTS = Taken(
    "alert",
    "SELECT a.id, a.organisation, d.id AS subject, d.name, a.kind, a.occurred_at_us, a.raised_at_us,"
    " a.geofence_id AS place, a.geofence_name AS place_name, a.latitude_e7, a.longitude_e7, a.value,"
    " CASE a.kind WHEN 'enter' THEN 'exit' WHEN 'exit' THEN 'enter dwell' ELSE '' END AS ends, a.late,"
    " a.simulated, a.corrects, CASE d.private WHEN 1 THEN d.person_id ELSE '' END AS only_for, '' AS rule,"
    " 'told' AS status, CAST(NULL AS BIGINT) AS due_at_us, '' AS counted_in,"
    " CASE WHEN a.withdrawn_at_us IS NULL THEN 0 ELSE 1 END AS denied, a.withdrawn_at_us,"
    " a.acknowledged_at_us, a.acknowledged_by FROM alert a JOIN device d ON d.no = a.device_no"
    " WHERE d.purged_at_us IS NULL",
)
