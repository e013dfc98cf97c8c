//! Files and requests that are refused.

use super::{columns, margin, raked, request, weighted};
use crate::analyse::{
    Condition, Level, MarginFile, Request, Sampling, Statistic, Weighting, analyse, read_margin,
};

/// Two strata with two PSUs each; line 2 is the first row.
const GOOD: &str = "\
w,s,p,n,g,y
10,a,1,9,m,4
12,a,2,9,f,3
11,b,3,7,m,5
13,b,4,7,f,2
";

fn message(file: &str, request: &Request) -> String {
    analyse(file.as_bytes(), request).unwrap_err().to_string()
}

#[test]
fn the_pattern_itself_is_good() {
    for request in [request(), weighted(), with_fpc(request())] {
        assert!(analyse(GOOD.as_bytes(), &request).is_ok());
    }
}

fn with_fpc(request: Request) -> Request {
    Request { sampling: Sampling { fpc: columns(&["n"]), ..request.sampling.clone() }, ..request }
}

#[test]
fn cells_of_the_design_are_named_with_their_column_and_line() {
    for (good, bad, expected) in [
        ("12,a,2", "-12,a,2", "column “w”, line 3: the weight -12 is not above 0"),
        ("12,a,2", "0,a,2", "column “w”, line 3: the weight 0 is not above 0"),
        ("12,a,2", "NaN,a,2", "column “w”, line 3: the weight is missing"),
        ("12,a,2", ",a,2", "column “w”, line 3: the weight is missing"),
        ("12,a,2", "1e999,a,2", "column “w”, line 3: “1e999” is no number"),
        ("12,a,2", "\"1,2\",a,2", "column “w”, line 3: “1,2” is no number"),
        ("11,b,3", "11,,3", "column “s”, line 4: the stratum is missing"),
        ("11,b,3", "11,b,NA", "column “p”, line 4: the PSU is missing"),
        (
            "11,b,3",
            "11,b,1",
            "column “p”, line 4: PSU 1 lies in the strata a and b; nest PSUs if they are numbered \
             anew in each stratum",
        ),
        (
            "11,b,3",
            "11,b,4",
            "column “s”: stratum b has only one sampled PSU; merge it, or remove, adjust or \
             average lonely PSUs",
        ),
        ("m,5", "m,five", "column “y”, line 4: “five” is no number"),
    ] {
        assert_eq!(message(&GOOD.replace(good, bad), &request()), expected);
    }
}

#[test]
fn finite_populations_fit_the_sample() {
    let request = with_fpc(request());
    for (good, bad, expected) in [
        (",7,", ",1,", "column “n”: stratum b has a population of 1, but 2 were sampled"),
        ("3,7,m", "3,8,m", "column “n”, line 5: the fpc is 7, but 8 in other rows of stratum b"),
        ("3,7,m", "3,-7,m", "column “n”, line 4: the fpc -7 is not above 0"),
        ("3,7,m", "3,,m", "column “n”, line 4: the fpc is missing"),
        (
            ",7,",
            ",0.5,",
            "column “n”, line 4: the fpc 0.5 is a fraction, but others are sizes of populations",
        ),
    ] {
        assert_eq!(message(&GOOD.replace(good, bad), &request), expected);
    }
}

#[test]
fn levels_of_satisfaction_are_1_to_5() {
    let request = Request { likert: columns(&["y"]), ..request() };
    assert!(analyse(GOOD.replace("m,5", "m,").as_bytes(), &request).is_ok());
    for (bad, text) in [("0", "0"), ("6", "6"), ("4.5", "4.5"), ("-1", "-1")] {
        let expected = format!("column “y”, line 4: {text} is none of the levels 1 to 5");
        assert_eq!(message(&GOOD.replace("m,5", &format!("m,{bad}")), &request), expected);
    }
}

#[test]
fn domains_and_columns_that_are_not_there_are_named() {
    let elsewhere = |column: &str, value: &str| Request {
        conditions: vec![
            Condition { column: "s".to_owned(), value: "a".to_owned() },
            Condition { column: column.to_owned(), value: value.to_owned() },
        ],
        ..request()
    };
    assert_eq!(message(GOOD, &elsewhere("g", "x")), "no row has s=a;g=x");
    assert_eq!(message(GOOD, &elsewhere("g", "")), "no row has s=a;g=");
    let share = |column: &str| Request {
        statistics: vec![Statistic::Share(column.to_owned())],
        ..request()
    };
    let file = GOOD.replace("w,s,p,n,g,y", "w,s,p,quarter,gender,y");
    assert_eq!(
        message(&file, &share("Gendre")),
        "there is no column “Gendre”; the file has “gender”"
    );
    assert_eq!(message(&file, &share("xyz")), "there is no column “xyz”");
    let few = "answer,weight\n1,2\n";
    let unweighted = Request { sampling: Sampling::default(), ..share("level") };
    assert_eq!(
        message(few, &unweighted),
        "there is no column “level”; the file has “answer”, “weight”"
    );
}

#[test]
fn a_statistic_without_values_is_named() {
    let empty = GOOD.replace(",4\n", ",\n").replace(",3\n", ",NA\n");
    let empty = empty.replace(",5\n", ",\n").replace(",2\n", ",\n");
    assert_eq!(message(&empty, &request()), "mean of y: no row has a value");
    let ratio = Statistic::Ratio { numerator: "n".to_owned(), denominator: "y".to_owned() };
    let ratio = Request { statistics: vec![ratio], ..request() };
    let zeros = GOOD.replace(",4\n", ",0\n").replace(",3\n", ",0\n");
    let zeros = zeros.replace(",5\n", ",0\n").replace(",2\n", ",0\n");
    assert_eq!(message(&zeros, &ratio), "ratio of n/y: the denominator is 0");
}

#[test]
fn requests_that_mean_nothing_are_refused() {
    let nothing = Request { statistics: Vec::new(), ..request() };
    assert_eq!(message(GOOD, &nothing), "nothing to estimate was named");
    let quantile = Statistic::Quantile { column: "y".to_owned(), probability: 0.5 };
    let level = Level::new(0.9).unwrap();
    assert_eq!(
        message(GOOD, &Request { statistics: vec![quantile], level, ..request() }),
        "intervals of quantiles are 95% intervals; leave the level out"
    );
    let twice = raked(&[("m", "g,total\nf,1\nm,1\n"), ("m", "s,total\na,1\nb,1\n")]);
    assert_eq!(message(GOOD, &twice), "two margins are called m");
    let sampling = Sampling { fpc: columns(&["n", "w", "w"]), ..request().sampling };
    assert_eq!(
        message(GOOD, &Request { sampling, ..request() }),
        "there are columns for 3 stages, so clusters are needed for the first 2"
    );
}

#[test]
fn margins_and_samples_fit_each_other() {
    let gender = ("gender", "g,total\nf,60\nm,40\n");
    let strata = ("strata", "s,total\na,50\nb,50\n");
    assert!(analyse(GOOD.as_bytes(), &raked(&[gender, strata])).is_ok());
    for (margins, expected) in [
        (
            vec![gender, ("strata", "s,total\na,50\nb,51\n")],
            "margin gender has a grand total of 100, margin strata of 101",
        ),
        (
            vec![("gender", "g,total\nf,60\nm,40\nx,5\n")],
            "margin gender, cell g=x: 5 in the population, but no row with a weight",
        ),
        (vec![("gender", "g,total\nm,40\n")], "column “g”, line 3: margin gender has no cell g=f"),
        (
            vec![("both", "g,s,total\nm,a,40\nm,b,2\nf,a,9\n")],
            "column “g”, “s”, line 5: margin both has no cell g=f, s=b",
        ),
        (
            vec![("gender", "g,total\nf,0\nm,40\n")],
            "column “g”, line 3: margin gender has nobody in the cell g=f",
        ),
        (vec![("age", "age,total\n1,2\n")], "there is no column “age”"),
    ] {
        assert_eq!(message(GOOD, &raked(&margins)), expected);
    }
    let file = GOOD.replace("9,m", "9,");
    let weighting = Weighting::PostStratified(margin("gender", gender.1));
    assert_eq!(
        message(&file, &Request { weighting, ..request() }),
        "column “g”, line 2: the value is missing"
    );
}

#[test]
fn files_that_are_no_margins_name_the_line() {
    for (content, expected) in [
        ("g,sum\nf,1\n", "margin m, line 1: there is no column “total”"),
        ("total\n1\n", "margin m has no variable"),
        ("g,total\n", "margin m, line 1: the file has no rows below its header"),
        ("g,total\nf,1\nm,many\n", "margin m, line 3: the total “many” is no number"),
        ("g,total\nf,1\nm,-2\n", "margin m, cell g=m: the total is -2, but must be finite and ≥ 0"),
        ("g,total\nf,1\nf,2\n", "margin m: cell g=f is there twice"),
        ("g,total\nf\n", "margin m, line 2: 1 fields where the header has 2"),
    ] {
        let file = MarginFile { name: "m", version: "1", content: content.as_bytes() };
        assert_eq!(read_margin(file).unwrap_err().to_string(), expected);
    }
}
