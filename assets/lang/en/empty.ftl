empty-drop = Drop photos or folders here
empty-open = Open photos to begin
empty-no-drops = This desktop passes no dropped files to programs: use Open.
empty-formats = { $formats } and { $last }
empty-sample = Try a sample
empty-sample-what = See what it does with pictures that came with the program
empty-drop-now = Drop to add them to the list
