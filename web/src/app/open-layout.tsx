import { Outlet } from "react-router";
import { t } from "../texts";
import { Brand } from "./brand";
import "./shell.css";

/** The frame of the pages that need no session: the form, and on a wide screen a quiet picture beside it. */
export function OpenLayout() {
  return (
    <main className="open" id="main">
      <div className="open-form">
        <Brand />
        <Outlet />
      </div>
      <div className="open-picture" aria-hidden="true">
        <Routes />
        <p>{t.promise}</p>
      </div>
    </main>
  );
}

/** From the shelf to the border: routes over a grid. */
function Routes() {
  return (
    <svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMin slice" role="presentation">
      <defs>
        <pattern id="grid" width="48" height="48" patternUnits="userSpaceOnUse">
          <path className="route-grid" d="M48 0H0V48" />
        </pattern>
      </defs>
      <rect width="720" height="900" fill="url(#grid)" />
      <path className="route-line" d="M96 528C210 520 232 402 336 384S560 330 624 144" />
      <path className="route-line" d="M48 192C170 190 240 300 336 384S420 560 576 576" />
      <path className="route-line" d="M192 96C220 180 300 300 336 384" />
      <path className="route-line main" d="M96 528C160 470 250 430 336 384S470 240 480 192 560 110 672 96" />
      {[
        [96, 528],
        [336, 384],
        [480, 192],
        [672, 96],
        [192, 96],
        [48, 192],
        [576, 576],
        [624, 144],
      ].map(([x, y]) => (
        <circle key={`${x} ${y}`} className="route-stop" cx={x} cy={y} r={x === 336 ? 9 : 5} />
      ))}
    </svg>
  );
}
