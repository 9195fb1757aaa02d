import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Navigate, NavLink, Outlet, useLocation } from "react-router";
import { answerTo } from "../api/call";
import { type Me, useMe, useSignedIn } from "../api/me";
import { ApiProblem } from "../api/problem";
import { ended } from "../api/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Failed, Waiting } from "../ui/list";
import { Brand } from "./brand";
import { pages } from "./features";
import { type MenuEntry, menuOf, useViewer } from "./menu";
import "./shell.css";
import { ThemeSwitch } from "./theme";

/** Where somebody sets up the second factor that their organisation demands, before they can do anything else. */
const SET_UP = "/security";

/** The frame of every page for people who are signed in. */
export function Shell() {
  const signedIn = useSignedIn();
  const me = useMe();
  const { pathname, search } = useLocation();
  const out = !signedIn || (me.error instanceof ApiProblem && me.error.status === 401);
  if (out)
    return (
      <Navigate
        to={pathname === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(pathname + search)}`}
        replace
      />
    );
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t.shell.skip}
      </a>
      <Side me={me.data} />
      <main id="main" tabIndex={-1}>
        {me.isError ? (
          <Failed error={me.error} again={() => me.refetch()} />
        ) : me.data ? (
          me.data.limited && pathname !== SET_UP ? (
            <Navigate to={SET_UP} replace />
          ) : (
            <Outlet />
          )
        ) : (
          <Waiting />
        )}
      </main>
    </div>
  );
}

function Side({ me }: { me: Me | undefined }) {
  const [open, setOpen] = useState(false);
  const viewer = useViewer();
  const { pathname } = useLocation();
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className={open ? "side open" : "side"}>
      <div className="side-top">
        <Brand />
        <Button
          look="plain"
          className="menu"
          aria-expanded={open}
          aria-controls="browse"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "close" : "menu"} />
          {open ? t.shell.close : t.shell.menu}
        </Button>
      </div>
      <div className="browse" id="browse">
        <nav aria-label={t.shell.navigation}>
          <NavItem entry={{ path: "/", text: t.shell.home, icon: "home" }} />
          {viewer
            ? menuOf(pages, viewer).map(({ group, entries }) => (
                <Group key={group} title={t.groups[group]} entries={entries} />
              ))
            : null}
        </nav>
        <Foot me={me} />
      </div>
    </header>
  );
}

function Group({ title, entries }: { title: string; entries: MenuEntry[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.path}>
            <NavItem entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NavItem({ entry }: { entry: Pick<MenuEntry, "path" | "text" | "icon"> }) {
  return (
    <NavLink className="nav-item" to={entry.path} end={entry.path === "/"}>
      <Icon name={entry.icon} size={18} />
      {entry.text}
    </NavLink>
  );
}

function Foot({ me }: { me: Me | undefined }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await answerTo("DELETE /api/tokens/current", {});
    } finally {
      ended();
      queries.clear();
    }
  };
  return (
    <div className="foot">
      <div className="who">
        <strong>{me?.name ?? " "}</strong>
        <span>{me?.email ?? " "}</span>
      </div>
      <div className="foot-row">
        <ThemeSwitch />
        <Button look="plain" busy={busy} onClick={() => void leave()}>
          <Icon name="leave" size={18} />
          {t.shell.signOut}
        </Button>
      </div>
    </div>
  );
}
