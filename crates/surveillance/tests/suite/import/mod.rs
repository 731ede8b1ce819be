//! Foreign profiles: what they become, what is said about it, and that they find the same killmails.

mod agreement;
mod document;
mod evedmv;
mod killtracker;
mod limits;
mod trees;
mod zkillboard_url;
mod zkillbot;
