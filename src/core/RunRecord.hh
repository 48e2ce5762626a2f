#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "core/Json.hh"

namespace caloforge::core {

/// What a run was: command, configuration, versions, seed, machine, how long each part took. Written as
/// run.json beside the output, so that the run can be repeated.
class RunRecord {
  public:
    explicit RunRecord(std::string command);

    /// Members of the record, free in form: "configuration", "seed", "inputs", ...
    Json& operator[](const std::string& key) { return fields_[key]; }
    /// Adds to the seconds of a part.
    void add_time(const std::string& part, double seconds);
    /// The record as it stands, with the seconds since construction.
    Json json() const;
    /// Whole or not at all.
    void write(const std::filesystem::path& path) const;

  private:
    std::string command_;
    std::string started_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    Json fields_ = Json::object();
    Json seconds_ = Json::object();
};

}  // namespace caloforge::core
