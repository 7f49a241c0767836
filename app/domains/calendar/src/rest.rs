//! The calendar for other programs.

mod booking;
mod event;
mod job_type;

use kernel::Permission::{CalendarBook, CalendarPlan, CalendarView};
use rest::{Needs::May, Routes};

/// What is published of the calendar.
pub fn routes() -> Vec<Routes> {
    let (see, book, plan) = (May(CalendarView), May(CalendarBook), May(CalendarPlan));
    vec![
        Routes::new("Calendar events", "Appointments to which members invite each other.")
            .list("/calendar-events", "List events", see, see, event::list)
            .post("/calendar-events", "Make an event", book, event::create)
            .read("/calendar-events/{calendar_event}", "Read an event", see, event::read)
            .update("/calendar-events/{calendar_event}", "Change an event", see, event::update)
            .delete("/calendar-events/{calendar_event}", "Call an event off", see, event::delete)
            .post("/calendar-events/{calendar_event}/restore", "Bring an event back", see, event::restore)
            .post("/calendar-events/{calendar_event}/answer", "Say whether you come", see, event::answer),
        Routes::new("Bookings", "Work that teams do at a time, or that still needs one.")
            .list("/bookings", "List bookings", see, see, booking::list)
            .post("/bookings", "Book", book, booking::create)
            .read("/bookings/{booking}", "Read a booking", see, booking::read)
            .update("/bookings/{booking}", "Change a booking", book, booking::update)
            .delete("/bookings/{booking}", "Call a booking off", book, booking::delete)
            .act("/bookings/{booking}/finish", "Say that a booking is done", book, booking::finish)
            .post("/bookings/{booking}/restore", "Bring a booking back", book, booking::restore),
        Routes::new("Job types", "What can be booked, of which team, and how long it takes.")
            .list("/job-types", "List job types", see, see, job_type::list)
            .post("/job-types", "Make a job type", plan, job_type::create)
            .read("/job-types/{job_type}", "Read a job type", see, job_type::read)
            .update("/job-types/{job_type}", "Change a job type", plan, job_type::update)
            .delete("/job-types/{job_type}", "Take a job type away", plan, job_type::delete)
            .post("/job-types/{job_type}/restore", "Bring a job type back", plan, job_type::restore)
            .file("/job-types/{job_type}/slots", "Find a free time", book, job_type::slots),
    ]
}
