"""What every twin owes to the ``Twin`` protocol is asked of FortiOS and AOS-CX too, in their own words.

The contract suite asks IOS, EOS and Junos in one form. A FortiGate goes back by a reboot and an AOS-CX switch
has no candidate, so their suites ask the same in the form of these platforms; here nothing may be left out.
"""

import ast
from pathlib import Path

HERE = Path(__file__).parent

IN_THEIR_WORDS: dict[str, tuple[str, str]] = {
    "test_a_started_twin_holds_its_configuration_and_nothing_is_pending": (
        "test_a_started_twin_holds_its_configuration_and_nothing_is_pending",
        "test_a_started_twin_holds_its_configuration_and_nothing_is_pending",
    ),
    "test_the_driver_meets_the_device_of_the_lab_file": (
        "test_the_driver_meets_the_device_of_the_lab_file",
        "test_tables_follow_from_the_configuration",
    ),
    "test_the_device_itself_tells_what_would_change": (
        # It computes none: what a script would refuse is all that it tells.
        "test_a_script_that_fails_half_way_leaves_what_came_before",
        "test_the_device_tells_what_makes_two_configurations_differ",
    ),
    "test_a_whole_configuration_replaces_the_running_one": (
        "test_a_recorded_configuration_takes_its_own_lines_again",
        "test_a_checkpoint_brings_a_configuration_back",
    ),
    "test_a_confirmed_change_stays_and_is_saved": (
        "test_a_confirmed_change_stays_and_is_saved",
        "test_a_confirmed_change_stays_and_is_not_saved_by_that",
    ),
    "test_an_unconfirmed_change_goes_back_with_nobody_connected": (
        "test_an_unconfirmed_change_goes_back_by_a_reboot_with_nobody_connected",
        "test_an_unconfirmed_change_goes_back_when_its_time_is_over",
    ),
    "test_a_roll_back_while_the_timer_runs_goes_back_at_once": (
        "test_a_roll_back_while_the_timer_runs_reboots_at_once",
        "test_the_change_goes_back_soon_after_the_session_that_armed_it_has_ended",
    ),
    "test_timers_run_faster_by_the_clock_factor": (
        "test_timers_run_faster_by_the_clock_factor",
        "test_timers_run_faster_by_the_clock_factor",
    ),
    "test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back": (
        "test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back",
        "test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back",
    ),
    "test_the_console_reaches_a_device_that_nobody_else_does": (
        "test_the_console_reaches_a_device_that_nobody_else_does",
        "test_the_console_reaches_a_device_that_nobody_else_does",
    ),
    "test_a_refused_line_is_an_error_and_changes_nothing": (
        "test_what_is_refused_is_refused_in_the_platform_s_words",
        "test_a_line_that_the_device_does_not_take_changes_nothing",
    ),
    "test_a_line_can_be_made_to_fail_once": (
        "test_a_line_can_be_made_to_fail_once",
        "test_a_line_can_be_made_to_fail_once",
    ),
    "test_a_wrong_password_is_refused": (
        "test_a_wrong_token_and_refused_logins_are_told",
        "test_a_wrong_password_is_refused_and_a_fault_refuses_every_one",
    ),
    "test_refused_logins_end_when_the_fault_is_cleared": (
        "test_a_wrong_token_and_refused_logins_are_told",
        "test_a_wrong_password_is_refused_and_a_fault_refuses_every_one",
    ),
    "test_a_connection_dropped_after_the_commit_leaves_the_change_and_its_timer": (
        "test_a_connection_dropped_after_the_change_leaves_it_and_its_timer",
        "test_a_connection_dropped_after_the_change_takes_the_change_with_it",
    ),
    "test_an_answer_can_be_made_to_wait": (
        "test_an_answer_can_be_made_to_wait",
        "test_an_answer_can_be_made_to_wait",
    ),
    "test_the_transcript_tells_what_was_asked_and_no_password": (
        "test_the_transcript_tells_what_was_asked_and_no_token",
        "test_a_secret_in_plain_text_is_shown_enciphered_and_never_written_down",
    ),
    "test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin": (
        "test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin",
        "test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin",
    ),
    "test_a_taken_port_is_one_clear_error": (
        "test_a_taken_port_is_one_clear_error",
        "test_a_taken_port_is_one_clear_error",
    ),
    "test_stop_leaves_no_thread_no_port_and_no_timer": (
        "test_stop_leaves_no_thread_no_port_and_no_timer",
        "test_stop_leaves_no_thread_no_port_and_no_timer",
    ),
}
"""Every test of the contract, with the one of FortiOS and the one of AOS-CX that ask the same."""


def named_in(*patterns: str) -> set[str]:
    files = [path for pattern in patterns for path in HERE.glob(pattern)]
    assert files, patterns
    return {
        node.name
        for path in files
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_clause_of_the_contract_is_asked_of_fortios_and_of_aoscx() -> None:
    assert set(IN_THEIR_WORDS) == named_in("test_twin_contract.py")
    fortios, aoscx = named_in("test_fortios_*.py"), named_in("test_aoscx_*.py")
    for clause, (of_fortios, of_aoscx) in IN_THEIR_WORDS.items():
        assert of_fortios in fortios, clause
        assert of_aoscx in aoscx, clause
