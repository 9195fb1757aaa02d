-- When each duty that follows a calendar is due next. `calendar` is what that was worked out from.
CREATE TABLE calendar_duty (
    name       TEXT PRIMARY KEY,
    calendar   TEXT NOT NULL,
    due_at_us  BIGINT NOT NULL,
    done_at_us BIGINT
);
