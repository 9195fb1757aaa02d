import { createBrowserRouter, type RouteObject } from "react-router";
import type { FeaturePage, FeaturePart } from "../ui/feature";
import { Broken } from "./broken";
import { pages, parts, type Placed } from "./features";
import { Guarded, type LoadedPart } from "./guarded";
import { Home } from "./home";
import { NoSuchPage } from "./no-such-page";
import { OpenLayout } from "./open-layout";
import { Shell } from "./shell";

function routeOf(page: Placed<FeaturePage>): RouteObject {
  const here = parts.filter(({ on }) => on === page.path);
  return {
    path: page.path,
    lazy: async () => {
      const [{ default: Content }, ...shown] = await Promise.all([page.load(), ...here.map(loaded)]);
      return { Component: () => <Guarded page={page} Content={Content} parts={shown} /> };
    },
  };
}

async function loaded(part: Placed<FeaturePart>): Promise<LoadedPart> {
  return { ...part, Content: (await part.load()).default };
}

function openRouteOf(page: FeaturePage): RouteObject {
  return { path: page.path, lazy: async () => ({ Component: (await page.load()).default }) };
}

export const router = createBrowserRouter([
  {
    ErrorBoundary: Broken,
    HydrateFallback: () => null,
    children: [
      { Component: OpenLayout, children: pages.filter(({ open }) => open === true).map(openRouteOf) },
      ...pages.filter(({ open }) => open === "bare").map(openRouteOf),
      {
        Component: Shell,
        children: [
          { index: true, Component: Home },
          ...pages.filter((page) => !page.open).map(routeOf),
          { path: "*", Component: NoSuchPage },
        ],
      },
    ],
  },
]);
