inspector-heading = Anpassen
inspector-edge = Kante
inspector-refine = Verfeinern
inspector-refine-off = Aus
inspector-refine-fast = Schnell
inspector-refine-matting = Fein
inspector-refine-off-hint = Die Kante, wie das Modell sie sieht, vergrößert.
inspector-refine-fast-hint = Die Kante folgt den Farben des Fotos.
inspector-refine-matting-hint = Haare und Fell Strähne für Strähne. Dauert etwas länger.
inspector-clean-colours = Farben bereinigen
inspector-clean-colours-hint = Nimmt die Farbe des alten Hintergrunds aus weichen Kanten
inspector-grow = Größer oder kleiner
inspector-feather = Weiche Kante
inspector-hardness = Weich bis hart
inspector-threshold = Schwellenwert
inspector-keep-largest = Nur den größten Teil behalten
inspector-keep-largest-hint = Von mehreren getrennten Teilen fallen die kleineren weg
inspector-fill-holes = Löcher füllen
inspector-fill-holes-hint = Was das Motiv umschließt, gehört dazu
inspector-second-look = Zweiter Blick
inspector-second-look-hint = Kleine Motive werden zweimal angesehen, aus größerer Nähe
inspector-looked-twice = Dieses Foto wurde zweimal angesehen.
inspector-background = Hintergrund
inspector-background-none = Keiner
inspector-background-colour = Farbe
inspector-background-picture = Bild
inspector-background-blurred = Unscharf
inspector-background-colour-name = Farbe des Hintergrunds
inspector-choose-picture = Ändern…
inspector-blur-radius = Stärke der Unschärfe
inspector-frame = Rahmen und Schatten
inspector-trim = Auf das Motiv zuschneiden
inspector-trim-hint = Gespeichert wird das Motiv mit diesem Rand
inspector-margin = Rand
inspector-shadow = Schlagschatten
inspector-shadow-across = Links oder rechts
inspector-shadow-down = Oben oder unten
inspector-shadow-blur = Weichheit des Schattens
inspector-shadow-opacity = Stärke des Schattens
inspector-shadow-colour = Farbe des Schattens
inspector-brush = Pinsel
inspector-brush-keep = Behalten
inspector-brush-erase = Entfernen
inspector-brush-size = Pinselgröße
inspector-brush-softness = Pinselweichheit
inspector-brush-hint = Umschalt und ein Klick ziehen eine Gerade. Leertaste halten, um das Foto zu bewegen.
inspector-clear-strokes = { $count ->
    [one] { $count } Strich entfernen
   *[other] { $count } Striche entfernen
}
inspector-copy-to = Übertragen
inspector-copy-to-hint = Diese Anpassungen auf andere Fotos übertragen
inspector-double-click = Ein Doppelklick stellt es zurück
inspector-number = { $name }, Zahl
colour-white = Weiß
colour-light-grey = Hellgrau
colour-grey = Grau
colour-black = Schwarz
inspector-default-made = Neue Fotos beginnen mit diesen Anpassungen.
inspector-settings-given = { $count ->
    [0] Kein Foto musste geändert werden: Alle haben diese Anpassungen.
    [one] Anpassungen auf { $count } Foto übertragen.
   *[other] Anpassungen auf { $count } Fotos übertragen.
}
