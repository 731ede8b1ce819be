-- Who may change a list, as of a profile: a token, or 0 for whoever runs the machine. Everybody may
-- use it. Lists from before had no owner, and are his.
ALTER TABLE named_list ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
