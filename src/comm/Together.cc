#include "comm/Together.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "core/Json.hh"

namespace caloforge::comm {

void together(Communicator& communicator, const std::function<void()>& work) {
    if (communicator.ranks() == 1) return work();
    core::Json mine = {{"code", 0}, {"message", ""}};
    try {
        communicator.busy(work);
    } catch (const core::Error& error) {
        mine = {{"code", static_cast<int>(error.code())}, {"message", error.what()}};
    } catch (const std::exception& error) {
        mine = {{"code", static_cast<int>(core::ExitCode::failed)}, {"message", error.what()}};
    }
    std::map<std::string, std::vector<std::size_t>> ranks;  // by message
    int code = 0;
    const auto all = communicator.gather(core::to_text(mine));
    for (std::size_t r = 0; r < all.size(); ++r) {
        const auto theirs = core::Json::parse(all[r]);
        if (theirs.at("code") == 0) continue;
        if (code == 0) code = theirs.at("code").get<int>();
        ranks[theirs.at("message").get<std::string>()].push_back(r);
    }
    if (code == 0) return;
    std::string text;
    for (const auto& [message, which] : ranks) {
        if (!text.empty()) text += "\n";
        if (which.size() < all.size())
            text += fmt::format("rank{} {}: ", which.size() > 1 ? "s" : "", fmt::join(which, ", "));
        text += message;
    }
    throw AgreedError(static_cast<core::ExitCode>(code), text);
}

std::string on_first(Communicator& communicator, const std::function<std::string()>& work) {
    std::string text;
    together(communicator, [&] {
        if (communicator.first()) text = work();
    });
    return communicator.broadcast(text);
}

void check_equal(Communicator& communicator, const std::string& what, const std::string& text) {
    const auto all = communicator.gather(text);
    for (std::size_t r = 1; r < all.size(); ++r) {
        if (all[r] == all[0]) continue;
        throw AgreedError(
            core::ExitCode::bad_input,
            fmt::format("rank {} has another idea of {} than rank 0:\n  rank 0: {}\n  rank {}: {}\nDo all "
                        "ranks run the same command on the same files?",
                        r, what, all[0], r, all[r]));
    }
}

}  // namespace caloforge::comm
