mod booking;
mod event;
mod fixture;
mod job_type;
mod rest;
mod rules;
