# Was über dem Fenster liegt: Palette, Tastenkürzel, Über Cutout.
close = Schließen

palette-hint = Befehl suchen
palette-nothing = Kein Befehl passt.
palette-not-now = zurzeit nicht

shortcuts-title = Tastenkürzel
shortcuts-by-menu = Menü

about-title = Über Cutout
about-what = Cutout entfernt den Hintergrund von Fotos, auf dem eigenen Rechner.
about-network-title = Die Fotos bleiben hier
about-network = Cutout überträgt nichts ins Internet und nutzt es nur für eines: um auf Wunsch ein Modell herunterzuladen.
about-versions = Versionen
about-licences = Lizenzen
about-weights = Gewichte von { $model }
about-more-licences = Cutout enthält mehr Bibliotheken als diese. Die Pakete bringen die ganze Liste mit den Texten aller Lizenzen mit, in share/doc/cutout.
