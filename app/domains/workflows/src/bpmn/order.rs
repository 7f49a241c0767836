//! The order of steps that came without one.

/// Steps, by their numbers, so that every way leads to a later one but those that lead back. The first of `starts` comes
/// first. `ways` are by the numbers of the steps.
pub(super) fn order(count: usize, ways: &[(usize, usize)], starts: &[usize]) -> Vec<usize> {
    let mut next = vec![Vec::new(); count];
    let mut has_way_in = vec![false; count];
    for (from, to) in ways {
        if let Some(next) = next.get_mut(*from) {
            next.push(*to);
        }
        if let Some(has) = has_way_in.get_mut(*to) {
            *has = true;
        }
    }
    let mut roots: Vec<usize> = starts.to_vec();
    let is_free = |step: &usize| has_way_in.get(*step) == Some(&false) && !starts.contains(step);
    roots.extend((0..count).filter(is_free));
    // Rounds that nothing leads to are begun at their first step.
    let mut reached = vec![false; count];
    let mut ended = Vec::new();
    for root in &roots {
        walk(*root, &next, &mut reached, &mut ended);
    }
    for step in 0..count {
        if reached.get(step) == Some(&false) {
            roots.push(step);
            walk(step, &next, &mut reached, &mut ended);
        }
    }
    // What is walked last stands first.
    reached.fill(false);
    ended.clear();
    for root in roots.into_iter().rev() {
        walk(root, &next, &mut reached, &mut ended);
    }
    ended.reverse();
    if let Some(at) = starts.first().and_then(|first| ended.iter().position(|step| step == first)) {
        let first = ended.remove(at);
        ended.insert(0, first);
    }
    ended
}

/// Walks along all ways from a step, the first way last, and notes each step once all behind it are noted.
fn walk(from: usize, next: &[Vec<usize>], reached: &mut [bool], ended: &mut Vec<usize>) {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut enter = |step: usize, open: &mut Vec<(usize, usize)>| {
        if let Some(reached) = reached.get_mut(step).filter(|reached| !**reached) {
            *reached = true;
            open.push((step, next.get(step).map_or(0, Vec::len)));
        }
    };
    enter(from, &mut open);
    while let Some((step, left)) = open.last_mut() {
        let step = *step;
        if let Some(way) = left.checked_sub(1) {
            *left = way;
            if let Some(to) = next.get(step).and_then(|ways| ways.get(way)) {
                enter(*to, &mut open);
            }
        } else {
            open.pop();
            ended.push(step);
        }
    }
}
