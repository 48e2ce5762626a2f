#include "core/RunRecord.hh"

#include "core/AtomicFile.hh"
#include "core/Clock.hh"
#include "core/Machine.hh"
#include "core/Version.hh"

namespace caloforge::core {

RunRecord::RunRecord(std::string command) : command_(std::move(command)), started_(utc_now()) {}

void RunRecord::add_time(const std::string& part, double seconds) {
    seconds_[part] = seconds_.value(part, 0.0) + seconds;
}

Json RunRecord::json() const {
    Json out = {{"command", command_},
                {"caloforge", version},
                {"started", started_},
                {"machine", describe_machine()}};
    for (const auto& [key, value] : fields_.items()) out[key] = value;
    Json seconds = seconds_;
    seconds["total"] = seconds_since(start_);
    out["seconds"] = seconds;
    out["peak_memory_bytes"] = peak_memory();
    return out;
}

void RunRecord::write(const std::filesystem::path& path) const {
    write_text(path, to_text(json(), 2) + "\n");
}

}  // namespace caloforge::core
