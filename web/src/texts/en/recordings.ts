/** English: recorded tracks that are brought into a device's history. */
export const recordings = {
  recordings: {
    title: "Recorded tracks",
    about:
      "Bring a track that was recorded elsewhere into this device's history: GPX, KML, GeoJSON, NMEA, CSV or a log of OwnTracks' recorder.",
    empty: { title: "Nothing was brought yet", about: "Reports stay for 90 days." },
    bring: "Bring a file",
    bringTitle: "Bring a recorded track",
    go: "Bring it",
    file: "File",
    fileHint: "Choose it, or drop it here. It may have up to 1 GB.",
    chosen: (name: string) => `Chosen: ${name}`,
    sending: "Sent",
    asHeader: "Choose a column",
    columns: {
      latitude: "Column of the latitude",
      longitude: "Column of the longitude",
      time: "Column of the time",
    },
    timezone: "Clock of the times",
    timezoneHint: "It counts for times that name no offset themselves.",
    states: {
      uploading: "Being sent",
      waiting: "Waits to be read",
      reading: "Being read",
      placing: "Finds its place",
    } as Record<string, string>,
    nothing: "Nothing new kept",
    kept: (count: string) => `${count} kept`,
    partly: (count: string) => `${count} kept, file not whole`,
    summary: (said: {
      points: string;
      kept: string;
      already: string;
      heldBack: string;
      unreadable: string;
    }) =>
      `${said.points} points read: ${said.kept} kept, ${said.already} already there, ${said.heldBack} held back; ${said.unreadable} parts not readable`,
    when: "From, until",
    span: (from: string, until: string) => `${from} – ${until}`,
    heldBack: "Held back",
    unreadable: "Not readable",
    stale: "Too old",
    staleAbout:
      "This device's filter takes no positions older than its limit. Raise it in the preferences above, and bring the file again.",
    where: "Where",
    area: ({ west, south, east, north }: { west: number; south: number; east: number; north: number }) =>
      `${south.toFixed(3)}°, ${west.toFixed(3)}° to ${north.toFixed(3)}°, ${east.toFixed(3)}°`,
    onMap: "On the map",
    reasons: {
      forgotten: "older than this device keeps",
      private: "kept back by privacy",
      unknown_device: "of a device that is gone",
    } as Record<string, string>,
  },
};
