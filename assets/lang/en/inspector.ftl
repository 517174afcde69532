inspector-heading = Adjust
inspector-edge = Edge
inspector-refine = Refine
inspector-refine-off = Off
inspector-refine-fast = Fast
inspector-refine-matting = Fine
inspector-refine-off-hint = The edge as the model sees it, enlarged.
inspector-refine-fast-hint = The edge follows the colours of the photo.
inspector-refine-matting-hint = Hair and fur strand by strand. Takes a moment longer.
inspector-clean-colours = Clean colours
inspector-clean-colours-hint = Takes the old background's colour out of soft edges
inspector-grow = Grow or shrink
inspector-feather = Feather
inspector-hardness = Soft to hard
inspector-threshold = Threshold
inspector-keep-largest = Keep only the largest part
inspector-keep-largest-hint = Of several separate parts, the smaller ones go
inspector-fill-holes = Fill holes
inspector-fill-holes-hint = What the subject encloses belongs to it
inspector-second-look = Second look
inspector-second-look-hint = Small subjects are looked at twice, from nearer
inspector-looked-twice = This photo was looked at twice.
inspector-background = Background
inspector-background-none = None
inspector-background-colour = Colour
inspector-background-picture = Picture
inspector-background-blurred = Blur
inspector-background-colour-name = Colour of the background
inspector-choose-picture = Change…
inspector-blur-radius = Strength of the blur
inspector-frame = Frame and shadow
inspector-trim = Trim to the subject
inspector-trim-hint = What is saved ends with the subject and this margin
inspector-margin = Margin
inspector-shadow = Drop shadow
inspector-shadow-across = Left or right
inspector-shadow-down = Up or down
inspector-shadow-blur = Softness of the shadow
inspector-shadow-opacity = Strength of the shadow
inspector-shadow-colour = Colour of the shadow
inspector-brush = Brush
inspector-brush-keep = Keep
inspector-brush-erase = Erase
inspector-brush-size = Brush size
inspector-brush-softness = Brush softness
inspector-brush-hint = Shift and a click draw a straight line. Hold Space to move the photo.
inspector-clear-strokes = { $count ->
    [one] Remove { $count } stroke
   *[other] Remove { $count } strokes
}
inspector-copy-to = Copy to
inspector-copy-to-hint = Give these settings to other photos
inspector-double-click = A double click puts it back
inspector-number = { $name }, number
colour-white = White
colour-light-grey = Light grey
colour-grey = Grey
colour-black = Black
inspector-default-made = New photos will begin with these settings.
inspector-settings-given = { $count ->
    [0] No photo had to be changed: all have these settings.
    [one] Settings given to { $count } photo.
   *[other] Settings given to { $count } photos.
}
