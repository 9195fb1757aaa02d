import { Link, useSearchParams } from "react-router";
import { allows, useMe } from "../../api/me";
import type { Notification } from "../../api/routes";
import { t } from "../../texts";
import { Choice } from "../../ui/form";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { Doing } from "../../ui/doing";
import { useFreshInbox, useReading } from "./use-inbox";

export default function InboxPage() {
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const unread = search.get("show") === "unread";
  const lost = useFreshInbox();
  const { read, readAll } = useReading();
  const mayWrite = allows(me.data?.scopes ?? [], "notification:write");
  const actions = mayWrite ? (
    <>
      <Link className="button" to="/notifications/preferences">
        {t.inbox.settings}
      </Link>
      <Doing label={t.inbox.readAll} perform={readAll} />
    </>
  ) : null;
  return (
    <Page title={t.inbox.title} lead={t.inbox.lead} action={actions}>
      {lost ? <p className="quiet">{t.inbox.lost}</p> : null}
      <Choice
        label={t.inbox.onlyUnread}
        checked={unread}
        onChange={() => setSearch(unread ? {} : { show: "unread" })}
      />
      <List
        name="GET /api/notifications"
        narrowed={{ unread }}
        empty={unread ? t.inbox.nothingUnread : t.inbox.empty}
      >
        {(notice) => <NoticeRow key={notice.id} notice={notice} read={mayWrite ? read : null} />}
      </List>
    </Page>
  );
}

function NoticeRow({ notice, read }: { notice: Notification; read: ((id: string) => Promise<void>) | null }) {
  const unread = notice.read_at == null;
  return (
    <Row
      name={
        <>
          {notice.page === "/notifications" ? notice.subject : <Link to={notice.page}>{notice.subject}</Link>}
          {unread ? <span className="badge">{t.inbox.unread}</span> : null}
          {notice.severity === "info" ? null : (
            <span className={notice.severity === "critical" ? "badge bad" : "badge grey"}>
              {t.inbox[notice.severity]}
            </span>
          )}
          {notice.withdrawn ? <span className="badge grey">{t.inbox.withdrawn}</span> : null}
        </>
      }
      about={
        <>
          {notice.text}
          <br />
          <Time at={notice.occurred_at} />
        </>
      }
    >
      {unread && read ? (
        <Doing
          label={t.inbox.read}
          name={t.inbox.readNamed(notice.subject)}
          perform={() => read(notice.id)}
        />
      ) : null}
    </Row>
  );
}
