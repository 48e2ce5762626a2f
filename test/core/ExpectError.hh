#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace caloforge::test {

/// Runs `action`, which must throw exactly an `Exception`, and gives its message.
template <class Exception, class Action>
std::string message_of(Action&& action) {
    try {
        action();
    } catch (const Exception& error) {
        return error.what();
    } catch (const std::exception& error) {
        ADD_FAILURE() << "another exception than expected: " << error.what();
        return {};
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

}  // namespace caloforge::test
